import type { OpenedModel, Sizes } from '../../engine/protocol/model-messages.ts';

/** A model whose inputs have the sizes that are told for what it leaves open. */
export function sizedModel(model: OpenedModel, sizes: Sizes): OpenedModel {
  const told = new Map(
    model.openSizes.flatMap(({ name, places }) =>
      places.map(({ input, axis }): [string, number | undefined] => [`${input}[${axis}]`, sizes[name]]),
    ),
  );
  return {
    ...model,
    inputs: model.inputs.map((port) => ({
      ...port,
      shape: port.shape.map((size, axis) => told.get(`${port.name}[${axis}]`) ?? size),
    })),
  };
}
