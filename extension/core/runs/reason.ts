import { t } from '@vscode/l10n';

/** Slurm's reasons (`man squeue`, JOB REASON CODES) as sentences; the first pattern that fits counts. */
const sentences: readonly (readonly [reason: RegExp, words: () => string])[] = [
  [/^Priority$/, () => t('Jobs with a higher priority come first.')],
  [/^Resources$/, () => t('First in line: waits until nodes with what it asks for are free.')],
  [/^Dependency$/, () => t('Waits for another job to end.')],
  [/^DependencyNeverSatisfied$/, () => t('Waits for a job that ended badly: it will never start.')],
  [/^BeginTime$/, () => t('Waits for its start time.')],
  [/^JobHeldUser$/, () => t('Held by its user. "scontrol release" lets it go on.')],
  [/^JobHeldAdmin$/, () => t('Held by an administrator of the cluster: ask there.')],
  [/^(?:ReqNodeNotAvail|NodeDown)/, () => t('Nodes that it needs are down or reserved.')],
  [/^Reservation/, () => t('Waits for its reservation, or for one to end.')],
  [/^PartitionTimeLimit$/, () => t('Asks for more time than the partition allows.')],
  [/^PartitionNodeLimit$/, () => t('Asks for more nodes than the partition allows.')],
  [/^Partition(?:Down|Inactive)$/, () => t('The partition takes no jobs now.')],
  [/^BadConstraints$/, () => t('No node of the partition has what it asks for.')],
  [/^InvalidAccount$/, () => t('The account is not valid on this cluster.')],
  [/^InvalidQOS$/, () => t('The QOS is not valid for this account.')],
  [/^Licenses$/, () => t('Waits for a licence.')],
  [/^(?:QOS|Assoc)\w*(?:Minutes|Time)/, () => t('Time of the account is used up.')],
  [/^(?:QOS|Assoc)(?:Grp|Max|Min)/, () => t('A limit of the user or the account is reached.')],
  [/^NonZeroExitCode$/, () => t('The program ended with an error.')],
  [/^RaisedSignal/, () => t('The program was ended by a signal.')],
  [/^TimeLimit$/, () => t('The time limit was reached.')],
  [/^OutOfMemory$/, () => t('The job used more memory than it asked for.')],
  [/^JobLaunchFailure$|launch.failed/, () => t('The job could not be launched on its node.')],
];

/** Why a job waits or ended, in words and with Slurm's own in brackets; what is not Slurm's stays as it is. */
export function reasonInWords(reason: string): string {
  const words = sentences.find(([pattern]) => pattern.test(reason))?.[1]();
  return words === undefined ? reason : `${words} (${reason})`;
}
