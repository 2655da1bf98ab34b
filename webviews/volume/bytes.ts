import type { SceneVolume, VolumeHost } from '../protocol/volume.ts';
import type { HostConnection } from '../shared/connect.ts';

/** Small enough that a message is soon there and its bytes are soon free again. */
const chunk = 4 << 20;

/** A file as it is stored, read piece by piece. `onRead` hears how many bytes came. */
export async function readBytes(
  host: HostConnection<VolumeHost>,
  { id, name, size }: SceneVolume,
  onRead: (count: number) => void,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const whole = new Uint8Array(size);
  for (let at = 0; at < size;) {
    signal.throwIfAborted();
    const part = await host.call('read', id, at, Math.min(chunk, size - at));
    if (part.length === 0) throw new Error(`${name} became shorter while it was read.`);
    whole.set(part, at);
    at += part.length;
    onRead(part.length);
  }
  signal.throwIfAborted();
  return whole.buffer;
}
