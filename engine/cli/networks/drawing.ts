import { defaultParams, type Params } from '../../declaration/fields.ts';
import { catalogue } from '../../document/catalogue.ts';
import {
  currentVersion,
  type DocumentNode,
  type NetwrightDocument,
  type Wire,
} from '../../document/schema.ts';

/** Where a value comes from: a node, by its only output y; or a node and a port. */
export type From = string | readonly [node: string, port: string];

/** Draws a network node by node. */
export class Drawing {
  private readonly nodes: DocumentNode[] = [];
  private readonly wires: Wire[] = [];

  /** Adds a node wired to `inputs`, by port; its id, which is its name too. */
  add(id: string, type: string, params: Params = {}, inputs: Readonly<Record<string, From>> = {}): string {
    const definition = catalogue.get(type);
    if (definition === undefined) throw new Error(`there is no layer "${type}"`);
    const complete = { ...defaultParams(definition.fields), ...params };
    this.nodes.push({ id, type, name: id, position: { x: 0, y: 0 }, params: complete });
    for (const [port, from] of Object.entries(inputs)) {
      const [node, output] = typeof from === 'string' ? [from, 'y'] : from;
      this.wires.push({
        id: `wire-${this.wires.length + 1}`,
        from: { node, port: output },
        to: { node: id, port },
      });
    }
    return id;
  }

  /** The same for a layer with one input x. */
  after(id: string, type: string, from: From, params: Params = {}): string {
    return this.add(id, type, params, { x: from });
  }

  document(name: string, training: NetwrightDocument['training']): NetwrightDocument {
    return {
      format: 'netwright',
      version: currentVersion,
      name,
      nodes: this.nodes,
      wires: this.wires,
      blocks: [],
      training,
    };
  }
}
