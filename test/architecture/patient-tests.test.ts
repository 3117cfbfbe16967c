import { expect, test } from 'vitest'
import { packages, read, sourcesOf } from './modules.ts'

// The benches measure speed. A test that compares a duration with a limit fails on a busy machine.

/** Files that read a clock without comparing a duration, each with the reason. */
const readers: Readonly<Record<string, string>> = {
  'libs/server/src/moving-limit.test.ts': 'passes the time at which a call began, as an argument',
}

/** A test that waits for less time fails on a busy machine. */
const leastSeconds = 300

/** All test files. Benches and drills are left out, because a person watches them. */
const testFiles = packages
  .flatMap(sourcesOf)
  .filter(
    (file) =>
      file.endsWith('.test.ts') ||
      (/^test\//.test(file) && !/^test\/(bench|deploy\/dashboard|drills|mutate)\//.test(file)),
  )

/** The uses of time in a test file that can fail on a busy machine. */
function impatient(file: string, text: string): string[] {
  const found: string[] = []
  for (const line of text.split('\n')) {
    if (/performance\.now|hrtime|Date\.now\(\) - [a-z]/i.test(line) && readers[file] === undefined)
      found.push(`${file}: measures time; count steps, calls or bytes instead: ${line.trim()}`)
    if (/longtask/i.test(line)) found.push(`${file}: measures time; measure it in test/bench: ${line.trim()}`)
  }
  for (const [match, written = ''] of text.matchAll(/\btimeout: ([\d_]+)/g)) {
    if (Number(written.replaceAll('_', '')) < leastSeconds * 1000)
      found.push(`${file}: waits for less than ${leastSeconds} s: ${match}`)
  }
  for (const [match] of text.matchAll(/^ *[})],? \d[\d_]{3,}\)|^ +\d[\d_]{3,},\n(?= *\))/gm))
    found.push(`${file}: has a limit of its own beside the one of all tests: ${match.trim()}`)
  for (const [match] of text.matchAll(/\b(test|hook)Timeout: /g))
    found.push(`${file}: has a limit of its own beside the one of all tests: ${match.trim()}`)
  for (const { index } of text.matchAll(/\bvi\.waitFor\(/g)) {
    const call = callAt(text, index)
    if (!/timeout: /.test(call)) found.push(`${file}: waits for one second, unless it has a timeout: ${call}`)
  }
  for (const { index } of text.matchAll(/(?<!\bvi)\.waitFor\(/g)) {
    if (file !== 'test/console/shown.ts')
      found.push(
        `${file}: fails when two elements match for a moment; use test/console/shown.ts: ${callAt(text, index)}`,
      )
  }
  if (isOfConsole(file)) found.push(...hasty(file, text))
  return found
}

const isOfConsole = (file: string) => file.startsWith('test/console/') && file !== 'test/console/take-pictures.ts'

/** The places of a test of the console that look at a page once, where a busy machine shows it a moment later. */
function hasty(file: string, text: string): string[] {
  const found: string[] = []
  for (const [match] of text.matchAll(/\.(check|uncheck|setChecked)\(\)/g))
    found.push(`${file}: fails when a box gets its mark a moment later; use test/console/tick.ts: ${match}`)
  for (const [match] of text.matchAll(
    /(?<!\.poll\()\bexpect\(\s*await [^\n]*?\.(count|is[A-Z]\w+|inputValue|textContent|getAttribute|all\w+Contents)\(/g,
  ))
    found.push(`${file}: looks once; use expect.poll, or gone: ${match}`)
  for (const [match] of text.matchAll(/\.waitForTimeout\(|\bwaitForLoadState\('networkidle'/g))
    found.push(`${file}: waits for a time instead of a state: ${match}`)
  return found
}

/** A call with its arguments, from its name to its last bracket. */
function callAt(text: string, start: number): string {
  let depth = 0
  for (let at = text.indexOf('(', start); at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return text.slice(start, at + 1)
  }
  return text.slice(start)
}

test('no test compares a duration with a limit, or waits only shortly', () => {
  expect(testFiles.length).toBeGreaterThan(400)
  expect(testFiles.flatMap((file) => impatient(file, read(file))).filter((found) => !found.startsWith(here))).toEqual(
    [],
  )
})

const here = 'test/architecture/patient-tests.test.ts'

test.each([
  'expect(performance.now() - before).toBeLessThan(5_000)',
  'const took = Date.now() - startedAt',
  "new PerformanceObserver(() => {}).observe({ type: 'longtask' })",
  'await expect.poll(done, { timeout: 5_000 }).toBe(true)',
  "test('x', { interval: 5, timeout: 20000 }, async () => {})",
  'await vi.waitFor(() => expect(of(1)).toBe(2))',
  'vi.setConfig({ testTimeout: 60_000 })',
  "test('x', async () => {\n}, 240_000)",
  "test(\n  'x',\n  async () => {},\n  90_000,\n)",
  "await page.getByText('Done').waitFor()",
])('this is found: %s', (line) => {
  expect(impatient('libs/jobs/src/jobs.test.ts', line)).toHaveLength(1)
})

test.each([
  "await page.getByRole('checkbox').check()",
  'expect(await button.isDisabled()).toBe(true)',
  "expect(await page.getByText('Line 2').count()).toBe(0)",
  'await page.waitForTimeout(300)',
])('this is found in a test of the console: %s', (line) => {
  expect(impatient('test/console/matrix.ts', line)).toHaveLength(1)
  expect(impatient('libs/jobs/src/jobs.test.ts', line)).toEqual([])
})

test('a state that is polled is not found', () => {
  expect(impatient('test/console/matrix.ts', 'await expect.poll(() => button.isDisabled()).toBe(true)')).toEqual([])
})

test.each([
  'vi.setSystemTime(Date.now() - 20_000)',
  'const now = () => Math.floor(Date.now() / 1000)',
  'await vi.waitFor(() => expect(of(1)).toBe(2), { timeout: 300_000, interval: 5 })',
  'await expect.poll(done, { interval: 5 }).toBe(true)',
])('this is not: %s', (line) => {
  expect(impatient('libs/jobs/src/jobs.test.ts', line)).toEqual([])
})
