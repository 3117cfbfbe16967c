import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Bench, machineName, type Result, resultOf, table } from './support/bench.ts'

// npm run bench                          all of them
// npm run bench -- import                one
// npm run bench -- --scale small         a quick look
// npm run bench -- engine --scale huge   ten times the full size, where a benchmark has it
// npm run bench -- kills --count 50      so many times, where a benchmark repeats one thing
// npm run bench -- soak --minutes 15     for so long, where a benchmark watches something
// npm run bench -- quality --seeds 7,8   with these seeds, where a benchmark makes its data from seeds
// npm run bench -- --json results.json   also as data
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    scale: { type: 'string', default: 'full' },
    count: { type: 'string' },
    minutes: { type: 'string' },
    seeds: { type: 'string' },
  },
})
// A benchmark is a file of this folder that exports `bench`. It has the name of the file.
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3))
  .toSorted()
const names = positionals.length > 0 ? positionals : known
const unknown = names.filter((name) => !known.includes(name))
const { scale } = values
const count = values.count === undefined ? undefined : Number(values.count)
if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
  console.error(`--count is a whole number above 0, not ${values.count}`)
  process.exit(2)
}
const minutes = values.minutes === undefined ? undefined : Number(values.minutes)
if (minutes !== undefined && !(minutes > 0)) {
  console.error(`--minutes is a number above 0, not ${values.minutes}`)
  process.exit(2)
}
const seeds = values.seeds?.split(',').map(Number)
if (seeds?.some((seed) => !Number.isInteger(seed))) {
  console.error(`--seeds is a list of whole numbers such as 1,2,3, not ${values.seeds}`)
  process.exit(2)
}
if (unknown.length > 0 || (scale !== 'small' && scale !== 'full' && scale !== 'huge')) {
  console.error(
    unknown.length > 0
      ? `There is no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}`
      : `--scale is small, full or huge, not ${scale}`,
  )
  process.exit(2)
}

const results: Result[] = []
for (const name of names) {
  const { bench } = (await import(`./${name}.ts`)) as { bench: Bench }
  const say = (text: string) => console.log(`  ${text}`)
  if (scale === 'huge' && bench.runHuge === undefined) {
    console.log(`${name}: has no huge scale`)
    continue
  }
  console.log(`${name}: ${bench.about}`)
  const given = {
    say,
    ...(count !== undefined && { count }),
    ...(minutes !== undefined && { minutes }),
    ...(seeds !== undefined && { seeds }),
  }
  const measures = scale === 'huge' ? await bench.runHuge!(given) : await bench.run({ scale, ...given })
  results.push(...measures.map((measure) => resultOf(name, measure)))
}
console.log(`\n${machineName()}, scale ${scale}\n\n${table(results)}`)
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
// Goals are about the full size, so small inputs cannot miss them.
if (scale !== 'small' && results.some(({ met }) => met === false)) process.exitCode = 1
