import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { blocks, mulberry32 } from './access-files.ts'

/** An organisation whose roles are planted. At 100,000 people it has 20,000 entitlements and 10 million grants. */
interface PlantedSize {
  readonly identities: number
}

/** The number of people in a division; its name is `Division 0` and so on. */
export function divisionSize({ identities }: PlantedSize): number {
  return identities / divisions
}

const divisions = 20
const departmentsEach = 5
const departments = divisions * departmentsEach
const titlesEach = 10
const locations = 40
const applications = 200

/** The number of entitlements of a role of each kind. */
const roleSize = { everyone: 20, department: 40, title: 8, location: 24, departmentInLocation: 1 }
const entitlements = 20_000

/**
 * Writes the same files every time: people in divisions of equal size, with departments, titles of departments, and locations, and roles of
 * each. 5 % of the planted grants are missing, and random ones are added, so that each person has a hundred.
 */
export async function writePlantedFiles(folder: string, { identities }: PlantedSize): Promise<void> {
  const random = mulberry32(20_260_102)
  const pick = (count: number) => Math.floor(random() * count)
  const write = (name: string, lines: () => Generator<string>) =>
    pipeline(blocks(lines()), createWriteStream(join(folder, name), { highWaterMark: 1024 * 1024 }))
  const people = Array.from({ length: identities }, (_, i) => {
    const department = i % departments
    // The power makes some titles and locations several times larger than others, as in real organisations.
    const title = department * titlesEach + Math.floor(titlesEach * random() ** 1.5)
    return { department, title, location: Math.floor(locations * random() ** 1.5) }
  })
  await write('identities.csv', function* () {
    yield 'id,display_name,email,department,job_title,manager_id,employment_type,location,division'
    for (const [i, { department, title, location }] of people.entries()) {
      const manager = i < departments * 10 ? '' : id('u', (i % departments) + departments * pick(10))
      const employment = random() < 0.85 ? 'employee' : 'contractor'
      const division = `Division ${Math.floor(department / departmentsEach)}`
      yield `${id('u', i)},Person ${i},person${i}@example.org,Department ${department},Title ${title},${manager},${employment},Site ${location},${division}`
    }
  })
  await write('applications.csv', function* () {
    yield 'id,display_name'
    for (let i = 0; i < applications; i++) yield `${id('a', i)},Application ${i}`
  })
  await write('entitlements.csv', function* () {
    yield 'id,application_id,display_name,risk_level'
    for (let i = 0; i < entitlements; i++) yield `${id('e', i)},${id('a', i % applications)},Right ${i},low`
  })
  const blockOf = planted()
  await write('grants.csv', function* () {
    yield 'identity_id,entitlement_id,granted_at,last_used_at'
    const taken = new Int32Array(entitlements).fill(-1)
    for (const [i, { department, title, location }] of people.entries()) {
      let held = 0
      const roles = [
        blockOf.everyone(0),
        blockOf.department(department),
        blockOf.title(title),
        blockOf.location(location),
        blockOf.departmentInLocation(department * locations + location),
      ]
      for (const [first, size] of roles) {
        for (let e = first; e < first + size; e++) {
          if (random() < 0.05) continue
          taken[e] = i
          held++
          yield `${id('u', i)},${id('e', e)},2025-03-01,2026-05-01`
        }
      }
      while (held < 100) {
        const e = pick(entitlements)
        if (taken[e] === i) continue
        taken[e] = i
        held++
        yield `${id('u', i)},${id('e', e)},2025-03-01,2026-05-01`
      }
    }
  })
}

/** The first entitlement of each role, and the number of its entitlements. */
function planted() {
  let next = 0
  const block = (count: number, size: number) => {
    const start = next
    next += count * size
    return (index: number) => [start + index * size, size] as const
  }
  return {
    everyone: block(1, roleSize.everyone),
    department: block(departments, roleSize.department),
    title: block(departments * titlesEach, roleSize.title),
    location: block(locations, roleSize.location),
    departmentInLocation: block(departments * locations, roleSize.departmentInLocation),
  }
}

function id(letter: string, number: number): string {
  return letter + String(number).padStart(6, '0')
}
