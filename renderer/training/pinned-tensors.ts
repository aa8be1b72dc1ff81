import { create } from 'zustand';

/** Tensors that stay in view, by project; the newest project last. */
type Pins = Readonly<Record<string, readonly string[]>>;

const key = 'netwright.pinnedTensors';
const mostProjects = 50;
/** More would be too narrow to read. */
export const mostPinned = 6;

function remembered(): Pins {
  try {
    const kept = JSON.parse(globalThis.localStorage?.getItem(key) ?? '{}') as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(kept).flatMap(([project, pins]) =>
        Array.isArray(pins) ? [[project, pins.filter((pin) => typeof pin === 'string')]] : [],
      ),
    );
  } catch {
    return {};
  }
}

const usePins = create<{ readonly pins: Pins }>(() => ({ pins: remembered() }));

const none: readonly string[] = [];
export const usePinned = (project: string): readonly string[] =>
  usePins((state) => state.pins[project] ?? none);

/** Pins a tensor of a project, or lets it go. */
export function togglePin(project: string, tensor: string): void {
  const { [project]: pinned = [], ...others } = usePins.getState().pins;
  const next = pinned.includes(tensor)
    ? pinned.filter((other) => other !== tensor)
    : [...pinned, tensor].slice(-mostPinned);
  const kept = Object.entries(others).slice(-(mostProjects - 1));
  const pins = Object.fromEntries(next.length > 0 ? [...kept, [project, next] as const] : kept);
  usePins.setState({ pins });
  globalThis.localStorage?.setItem(key, JSON.stringify(pins));
}
