import { create } from 'zustand';
import type { Answer, ModelResult, OpenedModel, Refusal } from '../../engine/protocol/messages.ts';
import { engine, refusalOf } from '../engine/run-store.ts';

interface ModelState {
  readonly phase: 'empty' | 'opening' | 'open' | 'running';
  readonly opened: OpenedModel | undefined;
  readonly result: ModelResult | undefined;
  /** What the result was computed on. */
  readonly ranOn: 'values' | 'test' | undefined;
  readonly refusal: Refusal | undefined;
}

const nothing: ModelState = {
  phase: 'empty',
  opened: undefined,
  result: undefined,
  ranOn: undefined,
  refusal: undefined,
};

/** The ONNX model on the Models page. */
export const useModel = create<ModelState>(() => nothing);

/** Opens a model in onnxruntime; the one before gives way only when that succeeds. */
export async function openModel(name: string, bytes: Uint8Array): Promise<void> {
  const before = useModel.getState();
  useModel.setState({ phase: 'opening', refusal: undefined });
  try {
    const opened = await engine().request('openModel', { name, bytes });
    useModel.setState({ ...nothing, phase: 'open', opened });
  } catch (error) {
    useModel.setState({ ...before, phase: before.opened ? 'open' : 'empty', refusal: refusalOf(error) });
  }
}

export const openExported = ({
  fileName,
  onnx,
}: Answer<'export'> & { readonly fileName: string }): Promise<void> => openModel(fileName, onnx);

/** Runs it on one row of values, or on the test split of the data it was trained on. */
export async function runModel(on: { readonly values: Float32Array } | 'test'): Promise<void> {
  const { opened, phase } = useModel.getState();
  if (!opened || phase !== 'open') return;
  useModel.setState({ phase: 'running', refusal: undefined });
  try {
    const result = await engine().request('runModel', {
      model: opened.model,
      on: on === 'test' ? { data: 'test' } : { values: on.values, rows: 1 },
    });
    useModel.setState({ phase: 'open', result, ranOn: on === 'test' ? 'test' : 'values' });
  } catch (error) {
    useModel.setState({ phase: 'open', result: undefined, refusal: refusalOf(error) });
  }
}

export const dismissModelRefusal = (): void => useModel.setState({ refusal: undefined });
