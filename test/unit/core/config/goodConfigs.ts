/** Small faultless files of every kind: one section to a line, so that tests can edit them. */

export const train41 = `{
  "CLARA_TRAIN_VERSION": "4.1.0",
  "epochs": 3,
  "learning_rate": 1e-3,
  "num_interval_per_valid": 1,
  "multi_gpu": false,
  "amp": true,
  "determinism": { "random_seed": 0 },
  "dont_load_ckpt_model": true,
  "train": {
    "loss": { "name": "DiceLoss", "args": { "softmax": true } },
    "optimizer": { "name": "Adam", "args": { "params": "#@model.parameters()", "lr": "{learning_rate}" } },
    "lr_scheduler": { "name": "StepLR", "args": { "optimizer": "@optimizer", "step_size": 5 } },
    "model": { "name": "UNet", "args": { "spatial_dims": 3, "in_channels": 1, "out_channels": 2, "channels": [8, 16], "strides": [2] } },
    "pre_transforms": [
      { "name": "LoadImaged", "args": { "keys": ["image", "label"] } },
      { "path": "noise.AddNoised", "args": { "keys": "image" } },
      { "name": "ToTensord", "args": { "keys": ["image", "label"] } }
    ],
    "dataset": { "name": "Dataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "training", "args": { "transform": "@pre_transforms" } },
    "dataloader": { "name": "DataLoader", "args": { "dataset": "@dataset", "batch_size": 2 } },
    "inferer": { "name": "SimpleInferer" },
    "handlers": [
      { "name": "CheckpointLoader", "disabled": "{dont_load_ckpt_model}", "args": { "load_path": "{MMAR_CKPT}", "load_dict": { "model": "@model" } } },
      { "name": "ValidationHandler", "args": { "validator": "@evaluator", "interval": "{num_interval_per_valid}" } },
      { "name": "StatsHandler", "rank": 0, "args": { "output_transform": "lambda x: f'{x}'" } }
    ],
    "post_transforms": [{ "name": "Activationsd", "args": { "keys": "pred", "softmax": true } }],
    "key_metric": { "name": "Accuracy", "log_label": "train_acc", "args": { "output_transform": "#monai.handlers.from_engine(['pred', 'label'])" } },
    "trainer": { "name": "SupervisedTrainer", "args": { "max_epochs": "{epochs}", "network": "@model", "loss_function": "@loss", "train_handlers": "@handlers", "amp": "{amp}", "train_data_loader": "@dataloader", "optimizer": "@optimizer" } }
  },
  "validate": {
    "pre_transforms": [{ "ref": "LoadImaged" }, { "ref": "ToTensord" }],
    "dataset": { "name": "Dataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "validation", "args": { "transform": "@pre_transforms" } },
    "dataloader": { "name": "DataLoader", "args": { "dataset": "@dataset", "batch_size": 1 } },
    "inferer": { "name": "SlidingWindowInferer", "args": { "roi_size": [32, 32, 32] } },
    "handlers": [{ "name": "CheckpointSaver", "rank": 0, "args": { "save_dir": "{MMAR_CKPT_DIR}", "save_dict": { "model": "@model", "train_conf": "@conf" } } }],
    "post_transforms": [{ "ref": "Activationsd" }],
    "key_metric": { "name": "MeanDice", "log_label": "val_mean_dice" },
    "additional_metrics": [{ "name": "Accuracy", "log_label": "val_acc" }],
    "evaluator": { "name": "SupervisedEvaluator", "args": { "key_val_metric": "@key_metric", "additional_metrics": "@additional_metrics", "val_handlers": "@handlers", "val_data_loader": "@dataloader", "network": "@model" } }
  }
}
`;

export const train40 = `{
  "epochs": 3,
  "learning_rate": 1e-3,
  "num_interval_per_valid": 1,
  "use_gpu": true,
  "multi_gpu": false,
  "amp": false,
  "determinism": { "random_seed": 42 },
  "cudnn_benchmark": false,
  "dont_load_ckpt_model": true,
  "train": {
    "loss": { "name": "DiceLoss", "args": { "sigmoid": true } },
    "optimizer": { "name": "Adam", "args": { "lr": "{learning_rate}" } },
    "lr_scheduler": { "name": "StepLR", "args": { "step_size": 5 } },
    "model": { "name": "UNet", "args": { "dimensions": 3, "in_channels": 1, "out_channels": 2, "channels": [8, 16], "strides": [2] } },
    "pre_transforms": [
      { "name": "LoadImaged", "args": { "keys": ["image", "label"] } },
      { "name": "Crop", "path": "monai.apps.deepgrow.transforms.SpatialCropForegroundd", "args": { "keys": "image", "source_key": "label", "spatial_size": [32, 32, 32] } }
    ],
    "dataset": { "name": "PersistentDataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "training" },
    "dataloader": { "name": "DataLoader", "args": { "batch_size": 1 } },
    "inferer": { "name": "SimpleInferer" },
    "handlers": [
      { "name": "CheckpointLoader", "disabled": "{dont_load_ckpt_model}", "args": { "load_path": "{MMAR_CKPT}", "load_dict": ["model"] } },
      { "name": "ValidationHandler", "args": { "interval": "{num_interval_per_valid}" } }
    ],
    "post_transforms": [{ "name": "Activationsd", "args": { "keys": "pred", "sigmoid": true } }],
    "metrics": [{ "name": "MeanDice", "log_label": "train_dice", "is_key_metric": true, "args": { "output_transform": "lambda x: (x['pred'], x['label'])" } }],
    "trainer": { "name": "SupervisedTrainer", "args": { "max_epochs": "{epochs}" } }
  },
  "validate": {
    "pre_transforms": [{ "ref": "LoadImaged" }, { "ref": "Crop" }],
    "dataset": { "name": "PersistentDataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "validation" },
    "dataloader": { "name": "DataLoader", "args": { "batch_size": 1 } },
    "inferer": { "name": "SimpleInferer" },
    "handlers": [{ "name": "CheckpointSaver", "rank": 0, "args": { "save_dir": "{MMAR_CKPT_DIR}", "save_dict": ["model"] } }],
    "post_transforms": [{ "ref": "Activationsd" }],
    "metrics": [{ "name": "MeanDice", "log_label": "val_dice", "is_key_metric": true }],
    "evaluator": { "name": "SupervisedEvaluator" }
  }
}
`;

export const validation41 = `{
  "CLARA_TRAIN_VERSION": "4.1.0",
  "use_gpu": true,
  "amp": true,
  "dont_load_ts_model": false,
  "dont_load_ckpt_model": true,
  "model": [
    { "ts_path": "{MMAR_TORCHSCRIPT}", "disabled": "{dont_load_ts_model}" },
    { "ckpt_path": "{MMAR_CKPT}", "disabled": "{dont_load_ckpt_model}" }
  ],
  "pre_transforms": [{ "name": "LoadImaged", "args": { "keys": ["image", "label"] } }],
  "dataset": { "name": "Dataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "validation", "args": { "transform": "@pre_transforms" } },
  "dataloader": { "name": "DataLoader", "args": { "dataset": "@dataset" } },
  "inferer": { "name": "SimpleInferer" },
  "handlers": [{ "name": "MetricsSaver", "args": { "save_dir": "{MMAR_EVAL_OUTPUT_PATH}", "metrics": "*" } }],
  "post_transforms": [{ "name": "Invertd", "args": { "keys": "pred", "transform": "@pre_transforms" } }],
  "key_metric": { "name": "MeanDice", "log_label": "val_mean_dice" },
  "evaluator": { "name": "SupervisedEvaluator", "args": { "network": "@model", "amp": "{amp}", "val_data_loader": "@dataloader" } }
}
`;

export const inference40 = `{
  "use_gpu": true,
  "multi_gpu": false,
  "amp": true,
  "model": { "ts_path": "{MMAR_TORCHSCRIPT}" },
  "pre_transforms": [{ "name": "LoadImaged", "args": { "keys": "image" } }],
  "dataset": { "name": "Dataset", "data_list_file_path": "{DATASET_JSON}", "data_file_base_dir": "{DATA_ROOT}", "data_list_key": "test" },
  "dataloader": { "name": "DataLoader", "args": { "batch_size": 1 } },
  "inferer": { "name": "SimpleInferer" },
  "handlers": [{ "name": "SegmentationSaver", "args": { "output_dir": "{MMAR_EVAL_OUTPUT_PATH}/segs" } }],
  "post_transforms": [{ "name": "Activationsd", "args": { "keys": "pred" } }],
  "evaluator": { "name": "SupervisedEvaluator" }
}
`;

export const environment = `{
  "DATA_ROOT": "data",
  "DATASET_JSON": "data/dataset.json",
  "PROCESSING_TASK": "segmentation",
  "MMAR_EVAL_OUTPUT_PATH": "eval",
  "MMAR_CKPT_DIR": "models",
  "MMAR_CKPT": "models/model.pt",
  "MMAR_TORCHSCRIPT": "models/model.ts",
  "MY_FOLDER": "x"
}
`;

export const aiaa = `{
  "version": 1,
  "type": "segmentation",
  "labels": ["spleen"],
  "description": "Spleen in CT",
  "pre_transforms": [{ "name": "monai.transforms.LoadImaged", "args": { "keys": "image" } }],
  "inference": {
    "input": "image",
    "output": "pred",
    "AIAA": { "name": "aiaa.inference.PyTorchInference", "args": { "roi": [160, 160, 160] } },
    "TRITON": { "name": "aiaa.inference.TritonInference", "triton_model_config": { "platform": "pytorch_libtorch", "max_batch_size": 1, "input": [{ "name": "INPUT__0", "data_type": "TYPE_FP32", "dims": [1, 160, 160, 160] }], "output": [{ "name": "OUTPUT__0", "data_type": "TYPE_FP32", "dims": [2, 160, 160, 160] }] } }
  },
  "post_transforms": [{ "name": "monai.transforms.Activationsd", "args": { "keys": "pred" } }],
  "writer": { "name": "aiaa.transforms.Writer", "args": { "image": "pred" } }
}
`;

export const datalist = `{
  "name": "Phantom",
  "labels": { "0": "background", "1": "spleen" },
  "training": [
    { "image": "a.nii.gz", "label": "a_seg.nii.gz" },
    { "image": ["b_t1.nii.gz", "b_t2.nii.gz"], "label": "b_seg.nii.gz" }
  ],
  "validation": [{ "image": "c.nii.gz", "label": "c_seg.nii.gz" }],
  "test": ["d.nii.gz", { "image": "e.nii.gz" }]
}
`;

export const clusters = `# my machines
clusters:
  local:
    host: 127.0.0.1
    scheduler: process
    root: /scratch/me/runs of mine
    python: /opt/monai/bin/python
  big one:
    host: login.example.org
    port: 22
    user: me
    identityFile: ~/.ssh/id_ed25519
    knownHosts: ~/.ssh/known_hosts
    scheduler: slurm
    root: /scratch/me
    python: python3
    remotePython: /usr/bin/python3
    partition: gpu
    account: project-1
    qos: normal
    gpus: 1
    cpus: 8
    memory: 16G
    time: 02:00:00
`;
