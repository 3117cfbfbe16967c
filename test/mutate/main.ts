import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { packageOf } from '../architecture/modules.ts'
import { type Mutant, mutantsOf, mutated } from './mutants.ts'

// npm run mutate -- libs/jobs/src/turns.ts                       changes of the file that no test of its package notices
// npm run mutate -- libs/jobs/src/turns.ts --most 10             ten of them, spread over the file
// npm run mutate -- libs/jobs/src/turns.ts libs/jobs/src/jobs.test.ts   by these tests alone
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string', default: '30' }, seconds: { type: 'string', default: '120' } },
})
const root = join(import.meta.dirname, '../..')
const [file, ...tests] = positionals.map((path) => relative(root, resolve(path)))
const most = Number(values.most)
if (file === undefined || !/\.tsx?$/.test(file) || !(Number.isInteger(most) && most > 0)) {
  console.error('Name one TypeScript file, and tests if not all of its package that import it: npm run mutate -- FILE')
  process.exit(2)
}
const path = join(root, file)
const original = readFileSync(path, 'utf8')
const restore = () => writeFileSync(path, original)
process.on('exit', restore)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

if (!(await testsPass())) {
  console.error('The tests fail already, or there are none: mutants would tell nothing')
  process.exit(2)
}
const all = mutantsOf(original, file.endsWith('.tsx'))
const step = Math.max(1, all.length / most)
const chosen = Array.from({ length: Math.min(most, all.length) }, (_, at) => all[Math.floor(at * step)]!)
let caught = 0
for (const mutant of chosen) {
  writeFileSync(path, mutated(original, mutant))
  if (await testsPass()) console.log(`survives  ${wordsOf(mutant)}`)
  else caught++
}
console.log(`${file}: ${caught} of ${chosen.length} mutants caught (${all.length} there are)`)
process.exitCode = caught === chosen.length ? 0 : 1

/** A mutant may never come to an end: it is caught as well. */
async function testsPass(): Promise<boolean> {
  const chosenTests =
    tests.length > 0 ? ['run', ...tests] : ['related', '--run', file!, '--dir', packageOf(file!) ?? '.']
  const args = [...chosenTests, '--bail', '1', '--reporter', 'dot', '--passWithNoTests', 'false']
  const child = spawn(join(root, 'node_modules/.bin/vitest'), args, { cwd: root, stdio: 'ignore', detached: true })
  const late = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), Number(values.seconds) * 1000)
  const [code] = await once(child, 'exit')
  clearTimeout(late)
  return code === 0
}

function wordsOf({ start, end, replacement }: Mutant): string {
  const line = original.slice(0, start).split('\n').length
  return `${file}:${line}  ${original.slice(start, end).replaceAll(/\s+/g, ' ')} -> ${replacement || 'nothing'}`
}
