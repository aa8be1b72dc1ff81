import { text } from '../../declaration/text.ts';
import type { KnownSet } from './contract.ts';

export const mnist: KnownSet = {
  id: 'mnist',
  title: text('MNIST', 'MNIST'),
  summary: text('70,000 handwritten digits, grey, 28×28 pixels.', '70,000 张手写数字，灰度，28×28 像素。'),
  licence: text(
    'Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0',
    'Y. LeCun、C. Cortes、C. J. C. Burges；CC BY-SA 3.0',
  ),
  page: 'http://yann.lecun.com/exdb/mnist/',
  addresses: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
  files: [
    {
      name: 'train-images-idx3-ubyte.gz',
      sizeBytes: 9_912_422,
      md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873',
    },
    { name: 'train-labels-idx1-ubyte.gz', sizeBytes: 28_881, md5: 'd53e105ee54ea40749a09fcbcd1e9432' },
    { name: 't10k-images-idx3-ubyte.gz', sizeBytes: 1_648_877, md5: '9fb629c4189551a2d022fa330f9573f3' },
    { name: 't10k-labels-idx1-ubyte.gz', sizeBytes: 4_542, md5: 'ec29112dd5afa0611ce80d1b7f02629c' },
  ],
  reader: 'idx',
};
