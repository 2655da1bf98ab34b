/** Every id that package.json and the code share; `test/unit/manifest.test.ts` compares the two. */
export const Command = {
  train: 'mmar.train',
  preflight: 'mmar.preflight',
  showPreflight: 'mmar.showPreflight',
  infer: 'mmar.infer',
  check: 'mmar.check',
  upgrade: 'mmar.upgrade',
  exportBundle: 'mmar.exportBundle',
  newComponent: 'mmar.newComponent',
  newMmar: 'mmar.newMmar',
  resumeRun: 'mmar.resumeRun',
  cancelJob: 'mmar.cancelJob',
  openRun: 'mmar.openRun',
  openLog: 'mmar.openLog',
  openCase: 'mmar.openCase',
  fetchResults: 'mmar.fetchResults',
  revealRun: 'mmar.revealRun',
  deleteRun: 'mmar.deleteRun',
  refresh: 'mmar.refresh',
  selectCluster: 'mmar.selectCluster',
  editClusters: 'mmar.editClusters',
  openSample: 'mmar.openSample',
  openWalkthrough: 'mmar.openWalkthrough',
  showLog: 'mmar.showLog',
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

export const View = { mmars: 'mmar.mmars' } as const;
export const ViewType = { volume: 'mmar.volume', run: 'mmar.run' } as const;
export const Context = {
  /** The workspace was searched once: only then is "none" true. */
  scanned: 'mmar.scanned',
  hasMmars: 'mmar.hasMmars',
  hasRuns: 'mmar.hasRuns',
  hasLiveRuns: 'mmar.hasLiveRuns',
} as const;
export const Setting = {
  section: 'mmar',
  localPython: 'local.python',
  cluster: 'cluster.default',
  severity: 'checks.severity',
} as const;
