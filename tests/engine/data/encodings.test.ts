import { expect, it } from 'vitest';
import { encodingOf } from '../../../engine/data/readers/decode-text.ts';
import { tableReader } from '../../../engine/data/readers/table.ts';
import { memoryFiles } from './sample-files.ts';

/** Bytes of a text in an encoding that only decoders know here: each of its characters is looked for. */
function encodedIn(encoding: string, text: string): Uint8Array {
  const decoder = new TextDecoder(encoding);
  const bytesOfCharacter = new Map<string, readonly number[]>();
  for (let lead = 0x80; lead <= 0xff; lead++) {
    const single = decoder.decode(Uint8Array.of(lead));
    if (single.length === 1 && single !== '\ufffd') bytesOfCharacter.set(single, [lead]);
    for (let trail = 0x40; trail <= 0xff; trail++) {
      const pair = decoder.decode(Uint8Array.of(lead, trail));
      if (pair.length === 1 && pair !== '\ufffd' && !bytesOfCharacter.has(pair))
        bytesOfCharacter.set(pair, [lead, trail]);
    }
  }
  // Some versions of Node leave these bytes of Windows-1252 as they are.
  if (encoding === 'windows-1252')
    for (const [i, c] of Array.from('‘’“”•–—').entries()) bytesOfCharacter.set(c, [0x91 + i]);
  if (encoding === 'windows-1252') bytesOfCharacter.set('…', [0x85]);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = character < '\u0080' ? [character.charCodeAt(0)] : bytesOfCharacter.get(character);
      if (bytes === undefined) throw new Error(`${character} is not in ${encoding}`);
      return bytes;
    }),
  );
}

it.each<[string, string]>([
  [
    'gb18030',
    '编号,评论,城市\n1,这个产品的质量非常好，下次还会购买。,北京\n2,物流太慢了，等了整整一个星期。,哈尔滨\n',
  ],
  ['gb18030', '品名,数量\n螺丝,3\n垫圈,4\n'],
  [
    'big5',
    '編號,評論,城市\n1,這個產品的品質非常好，下次還會再買。,臺北\n2,出貨太慢了，等了一整個星期。,高雄\n',
  ],
  ['big5', '類別,數量\n是,1\n否,2\n'],
  [
    'shift_jis',
    '番号,レビュー,都市\n1,とても使いやすくて気に入っています。,東京\n2,届くのが遅かったので残念です。,大阪\n',
  ],
  ['shift_jis', '氏名,性別\n佐藤太郎,男\n鈴木花子,女\n'],
  ['euc-jp', '番号,レビュー\n1,とても使いやすくて気に入っています。\n2,届くのが遅かったので残念です。\n'],
  [
    'euc-kr',
    '번호,의견,도시\n1,제품이 정말 마음에 들어요. 다음에도 구매하겠습니다.,서울\n2,배송이 너무 느려서 실망했습니다.,부산\n',
  ],
  ['euc-kr', '과일,가격\n사과,3500\n바나나,2000\n'],
  ['windows-1252', 'nom,âge,ville\nFrançois,31,Besançon\nHélène,28,Nîmes\n'],
  ['windows-1252', 'temp (°C),size (µm)\n20,3\n21,4\n'],
  ['windows-1252', 'comment,score\nI don’t think it’s good – really,1\n“Great” value… I’d buy again,5\n'],
  ['windows-1252', 'Straße,Stadt\nKönigstraße 5,Köln\nÄußere Gasse,Zürich\n'],
])('a table is told to be in %s: %s', (encoding, text) => {
  expect(encodingOf(encodedIn(encoding, text), 'a.csv')).toBe(encoding);
});

it('a table is not taken for one in another encoding where its first lines are ASCII', async () => {
  const rows = `${'1,a\n2,b\n'.repeat(5000)}3,사과\n4,바나나가 좋아요\n`;
  const bytes = encodedIn('euc-kr', `n,word\n${rows}`);
  const { found } = await tableReader.read(memoryFiles({ 'a.csv': bytes }, 'a.csv'), {});
  expect(found.columns[1]?.values).toEqual(['a', 'b', '바나나가 좋아요', '사과']);
});
