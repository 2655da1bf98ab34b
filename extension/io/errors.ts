/** The closed set of reasons for which work with a machine can fail. `reportError` has a next step for each. */
export type RemoteErrorKind =
  | 'unreachable'
  | 'host-key'
  | 'login'
  | 'no-python'
  | 'no-space'
  | 'no-scheduler'
  | 'refused'
  | 'missing'
  | 'bad-reply';

/** A call to a machine that failed for a reason that the user can act on. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  constructor(
    readonly kind: RemoteErrorKind,
    message: string,
    readonly detail = '',
  ) {
    super(message);
  }
}
