import { expect, test } from 'vitest'
import { partsOfText } from './places.ts'

test.each([
  ['since {time}, when {who} {what}', ['since ', '<time>', ', when ', '<who>', ' ', '<what>']],
  ['{verdict}: {comment}', ['<verdict>', ': ', '<comment>']],
  ['{name}', ['<name>']],
  ['nothing to fill', ['nothing to fill']],
  ['{} and { name } are words', ['{} and { name } are words']],
])('in %j the words and the places are %j', (text, parts) => {
  expect(partsOfText(text).map(({ words, place }) => (place === undefined ? words : `<${place}>`))).toEqual(parts)
})
