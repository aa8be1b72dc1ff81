import { availableParallelism } from 'node:os';
import { type Text, text } from '../../declaration/text.ts';
import { type Contestant, type Trained, warmUp } from './contestant.ts';
import { tfjsSide, tfjsTrains } from './tfjs-side.ts';
import { torchSide } from './torch-side.ts';
import type { Workload } from './workload.ts';

/** Where somebody to compare with was found. */
export type PeerSource =
  | { readonly name: 'torch'; readonly python: string }
  | { readonly name: 'tfjs'; readonly folder: string };

export const peerNames = ['torch', 'tfjs'] as const satisfies readonly PeerSource['name'][];

/** A peer that has prepared a network, in the way in which it trains it fastest. */
export interface Peer {
  readonly name: PeerSource['name'];
  readonly version: string;
  readonly setting: Setting;
  /** Before the first step; of TensorFlow.js. */
  readonly firstLoss: number | undefined;
  readonly side: Contestant;
}

/** What is tried, as the peer is told and as a person reads it. */
interface Setting {
  readonly told: { readonly threads: number } | { readonly backend: 'wasm' | 'cpu' };
  readonly readable: Text;
}

const inThreads = (threads: number): Setting => ({
  told: { threads },
  readable: text(threads === 1 ? '1 thread' : `${threads} threads`, `${threads} 线程`),
});

/** Small networks lose by more threads, large ones gain. */
const torchSettings: readonly Setting[] = [...new Set([1, availableParallelism()])].map(inThreads);

const tfjsSettings: readonly Setting[] = (['wasm', 'cpu'] as const).map((backend) => ({
  told: { backend },
  readable: text(`${backend} backend`, `${backend} 后端`),
}));

/** Why a peer sits a network out; undefined where it takes part. */
export function sitsOut({ name }: PeerSource, { network }: Workload): Text | undefined {
  if (name === 'torch' || tfjsTrains(network)) return undefined;
  return text(
    `${network}: the WebAssembly backend of TensorFlow.js cannot train convolutions or embeddings; peer is null.`,
    `${network}：TensorFlow.js 的 WebAssembly 后端不能训练卷积与嵌入层；peer 为 null。`,
  );
}

/** The peer at its best: every setting is tried, the quickest goes on. */
export async function startPeer(source: PeerSource, workload: Workload): Promise<Peer> {
  const open = (): Contestant =>
    source.name === 'torch' ? torchSide(source.python) : tfjsSide(source.folder);
  const settings = source.name === 'torch' ? torchSettings : tfjsSettings;
  const sides = settings.map(open);
  try {
    const ready = await Promise.all(
      settings.map(({ told }, i) =>
        (sides[i] as Contestant).ask<{ version: string; loss?: number }>({ ...workload, ...told }),
      ),
    );
    let best = 0;
    let bestSpeed = -1;
    for (const [i, side] of sides.entries()) {
      await side.ask(warmUp);
      const speed = await side.perSecond(warmUp);
      if (speed <= bestSpeed) continue;
      best = i;
      bestSpeed = speed;
    }
    for (const [i, side] of sides.entries()) if (i !== best) side.close();
    const chosen = ready[best];
    return {
      name: source.name,
      version: chosen?.version ?? '',
      setting: settings[best] as Setting,
      firstLoss: chosen?.loss,
      side: sides[best] as Contestant,
    };
  } catch (error) {
    for (const side of sides) side.close();
    throw error;
  }
}

/** What a peer trained; fails where steps are counted that teach nothing. */
export async function trainPeer({ side, name, firstLoss }: Peer, seconds: number): Promise<Trained> {
  const trained = await side.ask<Trained>({ seconds });
  const { loss } = trained;
  if (firstLoss !== undefined && !(loss !== undefined && loss < firstLoss))
    throw new Error(`the loss of ${name} did not fall: ${firstLoss} before the first step, now ${loss}`);
  return trained;
}
