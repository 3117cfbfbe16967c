import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { numberNames, numbers } from '../../apps/console/src/screens/mining-settings/texts.ts'
import { settingWords } from '../../libs/role-mining/src/setting-words.ts'

const document = readFileSync(join(import.meta.dirname, '../../docs/insight.md'), 'utf8')

test.each(numberNames)('sentences and docs/insight.md name the setting %s by the title of its field', (name) => {
  const { title } = numbers[name]
  expect(settingWords(name, 1)).toContain(`"${title}" `)
  expect(document).toMatch(new RegExp(`\\\`${name}\\\` (is )?"${title}"`))
})
