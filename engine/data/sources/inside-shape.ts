import type { Documentation } from '../../declaration/reference.ts';
import { text } from '../../declaration/text.ts';
import type { MadeSamples } from './contract.ts';
import { anywhere, labelledPoints, type Point, type Shared } from './points.ts';

/** Half the points lie outside, anywhere in the square [−4, 4]²; the other half inside a shape of size about 2. */
const field = 4;

export const insideOrOutside = [text('outside', '外部'), text('inside', '内部')];

export const playground: Documentation['references'][number] = {
  title: 'Direct-Manipulation Visualization of Deep Networks',
  authors: 'D. Smilkov, S. Carter, D. Sculley, F. B. Viégas, M. Wattenberg',
  year: 2017,
  url: 'https://arxiv.org/abs/1708.03788',
};

/** As many points inside a shape as outside it, each part spread evenly. */
export const pointsAround = (params: Shared, isInside: (point: Point) => boolean): MadeSamples =>
  labelledPoints(params, 2, (label, random) => {
    for (;;) {
      const point = anywhere(field, random);
      if (isInside(point) === (label === 1)) return point;
    }
  });
