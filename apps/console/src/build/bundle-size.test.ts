import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtFolder } from './vite-config.ts'

const assets = join(builtFolder, 'assets')
const packed = (name: string) => statSync(join(assets, `${name}.gz`)).size

test('the first load is under 250 kB of packed script, and each further piece under 40 kB', () => {
  const page = readFileSync(join(builtFolder, 'index.html'), 'utf8')
  const [first, further] = [[] as string[], [] as string[]]
  for (const name of readdirSync(assets).filter((each) => each.endsWith('.js')))
    (page.includes(name) ? first : further).push(name)
  expect(first.length).toBeGreaterThan(0)
  expect(first.reduce((sum, name) => sum + packed(name), 0)).toBeLessThan(250_000)
  expect(further.filter((name) => packed(name) > 40_000)).toEqual([])
})
