import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import * as mining from './index.ts'

test('the first example of the README runs and finds its role', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const body = code.replace(/^import \{(.*)\} from '@assay\/mining'/, 'const {$1} = mining')
  const printed: unknown[][] = []
  const run = Function('mining', 'console', `return (async () => { ${body}; return { result, same } })()`)
  const { result, same } = await run(mining, { log: (...words: unknown[]) => printed.push(words) })
  expect(printed[0]![0]).toEqual([{ attribute: 'department', values: ['Finance'] }])
  expect(same).toEqual(result)
})
