import { text } from '../../declaration/text.ts';
import type { KnownSet } from './contract.ts';

export const fashionMnist: KnownSet = {
  id: 'fashion-mnist',
  title: text('Fashion-MNIST', 'Fashion-MNIST'),
  summary: text('70,000 articles of clothing, grey, 28×28 pixels.', '70,000 张服饰图像，灰度，28×28 像素。'),
  licence: text('Zalando SE; MIT', 'Zalando SE；MIT'),
  page: 'https://github.com/zalandoresearch/fashion-mnist',
  addresses: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  files: [
    {
      name: 'train-images-idx3-ubyte.gz',
      sizeBytes: 26_421_880,
      md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
    },
    { name: 'train-labels-idx1-ubyte.gz', sizeBytes: 29_515, md5: '25c81989df183df01b3e8a0aad5dffbe' },
    { name: 't10k-images-idx3-ubyte.gz', sizeBytes: 4_422_102, md5: 'bef4ecab320f06d8554ea6380940ec79' },
    { name: 't10k-labels-idx1-ubyte.gz', sizeBytes: 5_148, md5: 'bb300cfdad3c16e7a12a480ee83cd310' },
  ],
  reader: 'idx',
  classes: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
};
