import { expect, test } from 'vitest'
import { xmlText } from './xml.ts'

test.each([
  ['R&D <core> "x" \'y\'', 'R&amp;D &lt;core&gt; &quot;x&quot; &apos;y&apos;'],
  ['a\tb\nc\rd', 'a&#x9;b&#xa;c&#xd;d'],
  ['a\u0008b\u001fc', 'a\ufffdb\ufffdc'],
  ['soft\u00adhyphen, \u202eturned', 'soft&#xad;hyphen, &#x202e;turned'],
  ['half \ud800 of a pair, and \udfff', 'half \ufffd of a pair, and \ufffd'],
  ['\u{e0041}', '&#xe0041;'],
  ['Žluťoučký 😀 \ue000\ufffd', 'Žluťoučký 😀 \ue000\ufffd'],
])('%j is written as XML', (text, written) => {
  expect(xmlText(text)).toBe(written)
})

test('U+FFFE and U+FFFF, which no document may have and which are no control characters, are replaced as well', () => {
  expect(xmlText('a\ufffeb\uffffc')).toBe('a\ufffdb\ufffdc')
})
