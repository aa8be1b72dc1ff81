import { text } from '../../declaration/text.ts';
import type { KnownSet } from './contract.ts';

/** What both sets have in common: one publisher, whose first address leads to the second. */
const published = {
  licence: text(
    'A. Krizhevsky, University of Toronto; no licence stated, cite the report of 2009',
    'A. Krizhevsky，多伦多大学；未注明许可，使用时请引用其 2009 年的报告',
  ),
  page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  addresses: ['https://www.cs.toronto.edu/~kriz/', 'https://cave.cs.toronto.edu/kriz/'],
  reader: 'cifar',
} as const;

export const cifar10: KnownSet = {
  ...published,
  id: 'cifar-10',
  title: text('CIFAR-10', 'CIFAR-10'),
  summary: text(
    '60,000 colour images of 10 classes, 32×32 pixels.',
    '60,000 张彩色图像，10 个类别，32×32 像素。',
  ),
  files: [
    { name: 'cifar-10-binary.tar.gz', sizeBytes: 170_052_171, md5: 'c32a1d4ab5d03f1284b67883e8d87530' },
  ],
};

export const cifar100: KnownSet = {
  ...published,
  id: 'cifar-100',
  title: text('CIFAR-100', 'CIFAR-100'),
  summary: text(
    '60,000 colour images of 100 classes, 32×32 pixels.',
    '60,000 张彩色图像，100 个类别，32×32 像素。',
  ),
  files: [
    { name: 'cifar-100-binary.tar.gz', sizeBytes: 168_513_733, md5: '03b5dce01913d631647c71ecec9e9cb8' },
  ],
};
