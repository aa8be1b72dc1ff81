/** A path of the desktop, or a handle of the browser: what a window may write to. */
type Handle = string | FileSystemFileHandle;

type Message =
  | { readonly kind: 'who'; readonly from: string; readonly handle: Handle }
  | { readonly kind: 'mine'; readonly to: string };

/** Another window answers within a few milliseconds; one that sleeps does not write either. */
const answerMs = 250;

/** The windows of one studio settle among themselves which of them may write a file. */
export class FileClaims {
  private readonly channel: BroadcastChannel;
  private readonly window = crypto.randomUUID();
  private held: Handle | undefined;
  /** It is not settled yet whether it is this window's. */
  private isAsking = false;
  private hearNo: (() => void) | undefined;

  constructor(channel = new BroadcastChannel('netwright.files')) {
    this.channel = channel;
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => void this.hear(data));
  }

  /**
   * Takes a file for this window, and gives up the one before it; without a handle only that. False where another window
   * has it.
   */
  async claim(handle: unknown): Promise<boolean> {
    this.held = undefined;
    if (!isHandle(handle)) return true;
    this.held = handle;
    this.isAsking = true;
    const isFree = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), answerMs);
      this.hearNo = () => {
        clearTimeout(timer);
        resolve(false);
      };
      this.channel.postMessage({ kind: 'who', from: this.window, handle } satisfies Message);
    });
    this.isAsking = false;
    this.hearNo = undefined;
    if (!isFree && this.held === handle) this.held = undefined;
    return isFree;
  }

  private async hear(message: Message): Promise<void> {
    if (message.kind === 'mine') {
      if (message.to === this.window) this.hearNo?.();
      return;
    }
    const { held } = this;
    if (held === undefined || !(await isSame(held, message.handle))) return;
    // Of two that ask at the same time one gets it.
    if (this.isAsking && this.window > message.from) return;
    this.channel.postMessage({ kind: 'mine', to: message.from } satisfies Message);
  }
}

const isHandle = (handle: unknown): handle is Handle =>
  typeof handle === 'string' ||
  (typeof FileSystemFileHandle === 'function' && handle instanceof FileSystemFileHandle);

const isSame = async (a: Handle, b: Handle): Promise<boolean> =>
  typeof a === 'string' || typeof b === 'string' ? a === b : await a.isSameEntry(b);
