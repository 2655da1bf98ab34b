import type { JobStatus, RunRecord } from '../core/runs/job.ts';
import type { Resources, RunPlan } from '../core/runs/plan.ts';
import { fetchFiles } from './fetch.ts';
import type { Machine, ReportedRun, ResultFile, SubmitOptions } from './machine.ts';
import { Remote, type Host } from './remote.ts';
import {
  decodeFiles,
  decodeFolder,
  decodeProbe,
  decodeRuns,
  decodeStates,
  decodeStatus,
  decodeText,
  type Probe,
  type ReadText,
} from './reply.ts';
import { fileBlob, sendBlobs, textBlob, type Blob } from './sync.ts';

/** A file of a run folder from this size on is linked to the store, not copied. */
const linkFrom = 1 << 20;

/** Runs on one machine, over any transport. Idempotent by run id: nothing is submitted twice. */
export class HostRuns implements Machine {
  private readonly remote: Remote;

  constructor(
    host: Host,
    private readonly resources: Resources = {},
  ) {
    this.remote = new Remote(host);
  }

  async submit(plan: RunPlan, { signal, onProgress }: SubmitOptions): Promise<ReportedRun> {
    const files: { path: string; blob: Blob; link: boolean }[] = [];
    for (const { path, source } of plan.files) {
      const blob = 'text' in source ? textBlob(source.text) : await fileBlob(source.file, signal);
      files.push({ path, blob, link: blob.size >= linkFrom });
    }
    for (const { path, file } of plan.data)
      files.push({ path, blob: await fileBlob(file, signal), link: true });
    await sendBlobs(
      this.remote,
      files.map(f => f.blob),
      signal,
      onProgress,
    );
    const manifest = files.map(({ path, blob, link }) => ({
      path,
      sha256: blob.sha256,
      size: blob.size,
      link,
    }));
    const folder = await this.remote.call(
      'create',
      { record: plan.record, files: manifest },
      decodeFolder,
      signal,
    );
    const status = await this.start(plan.record, plan.record.command, plan, 1, signal);
    return { record: plan.record, folder, status };
  }

  async resume(record: RunRecord, python: string, signal: AbortSignal): Promise<JobStatus> {
    const now = (await this.status([record.id], signal)).get(record.id);
    const attempt = (now?.attempt ?? 0) + 1;
    // without an environment the run keeps the one that it was submitted with
    const how = { python, resources: this.resources };
    // a run that never was a job has nothing to go on from
    const command = attempt > 1 ? record.resumeCommand : undefined;
    return this.start(record, command ?? record.command, how, attempt, signal);
  }

  private start(
    record: RunRecord,
    command: readonly string[],
    { python, env, resources }: Pick<RunPlan, 'python' | 'resources'> & { env?: RunPlan['env'] },
    attempt: number,
    signal: AbortSignal,
  ): Promise<JobStatus> {
    const request = { run_id: record.id, attempt, python, command, env, resources };
    return this.remote.call('submit', request, decodeStatus, signal);
  }

  cancel(runId: string, signal: AbortSignal): Promise<JobStatus> {
    return this.remote.call('cancel', { run_id: runId }, decodeStatus, signal);
  }

  status(runIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, JobStatus>> {
    return this.remote.call('status', { runs: runIds }, decodeStates, signal);
  }

  list(signal: AbortSignal): Promise<readonly ReportedRun[]> {
    return this.remote.call('list', {}, decodeRuns, signal);
  }

  read(runId: string, file: string, offset: number, signal: AbortSignal): Promise<ReadText> {
    return this.remote.call('read', { run_id: runId, file, offset }, decodeText, signal);
  }

  results(runId: string, under: string, signal: AbortSignal): Promise<readonly ResultFile[]> {
    return this.remote.call('results', { run_id: runId, under }, decodeFiles, signal);
  }

  /** What the machine has to offer; `training` is the interpreter that runs would use. */
  probe(training: string, signal: AbortSignal): Promise<Probe> {
    return this.remote.call('probe', { training }, decodeProbe, signal);
  }

  fetch(runId: string, paths: readonly string[], into: string, signal: AbortSignal): Promise<void> {
    return fetchFiles(this.remote, runId, paths, into, signal);
  }

  remove(runId: string, signal: AbortSignal): Promise<void> {
    return this.remote.call('remove', { run_id: runId }, () => undefined, signal);
  }
}
