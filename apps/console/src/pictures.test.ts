import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('docs/console.md and the README show pictures that are there and small, and each picture of the console is shown', () => {
  const root = join(import.meta.dirname, '../../..')
  const shownIn = (file: string) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/pictures\/(console-[\w-]+\.png)/g)].map(
      ([, name = '']) => name,
    )
  const shown = [...shownIn('docs/console.md'), ...shownIn('README.md')]
  const folder = join(root, 'docs/pictures')
  const there = readdirSync(folder).filter((name) => name.startsWith('console-'))
  expect([...new Set(shown)].toSorted()).toEqual(there.toSorted())
  expect(there.filter((name) => statSync(join(folder, name)).size > 160_000)).toEqual([])
})
