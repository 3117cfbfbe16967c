import type { SnapshotParts } from '../src/index.ts'
import { seeded } from '../src/testing-snapshots.ts'

/**
 * An organisation made for measuring: five attributes, roles of departments, titles, locations and of departments in a
 * location, 5 % of the planted grants missing, random ones on top. At 100,000 identities it has 50,000 entitlements
 * and close to 10 million grants, at 1 million 200,000 and close to 100 million. Rows are made one after the other, so that making it needs little more than itself.
 */
export function plantedSnapshot(identityCount: number, seed = 1): SnapshotParts {
  const random = seeded(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const isHuge = identityCount >= 1_000_000
  const departmentCount = Math.max(2, Math.round(identityCount / (isHuge ? 2500 : 1000)))
  const titlesEach = 10
  const locationCount = Math.min(40, Math.max(2, Math.round(identityCount / 500)))
  const roleSize = { everyone: 8, department: 40, title: 25, location: 12, departmentInLocation: 4 }

  const ranges = { next: 0 }
  const block = (count: number, size: number) => {
    const start = ranges.next
    ranges.next += count * size
    return (index: number) => [start + index * size, size] as const
  }
  const everyone = block(1, roleSize.everyone)
  const ofDepartment = block(departmentCount, roleSize.department)
  const ofTitle = block(departmentCount * titlesEach, roleSize.title)
  const ofLocation = block(locationCount, roleSize.location)
  const ofBoth = block(departmentCount * locationCount, roleSize.departmentInLocation)
  const entitlementCount = Math.max(ranges.next, Math.round(identityCount / (isHuge ? 5 : 2)))

  const department = new Int32Array(identityCount)
  const title = new Int32Array(identityCount)
  const location = new Int32Array(identityCount)
  const manager = new Int32Array(identityCount)
  const employment = new Int32Array(identityCount)
  const rowOffset = new Uint32Array(identityCount + 1)
  let rows = new Uint32Array(identityCount * 100)
  let end = 0
  const mark = new Int32Array(entitlementCount).fill(-1)
  for (let i = 0; i < identityCount; i++) {
    // Squaring makes some departments, titles and places several times larger than others, as they are.
    department[i] = Math.floor(departmentCount * random() ** 1.5)
    title[i] = department[i]! * titlesEach + Math.floor(titlesEach * random() ** 1.5)
    location[i] = Math.floor(locationCount * random() ** 1.5)
    manager[i] = department[i]! * 80 + ((title[i]! * 7 + location[i]! * 3 + pick(3)) % 80)
    employment[i] = random() < 0.85 ? 0 : random() < 0.8 ? 1 : 2
    const start = end
    const give = (entitlement: number) => {
      if (mark[entitlement] === i) return
      mark[entitlement] = i
      if (end === rows.length) {
        const larger = new Uint32Array(Math.ceil(rows.length * 1.2))
        larger.set(rows)
        rows = larger
      }
      rows[end++] = entitlement
    }
    const plant = ([first, size]: readonly [number, number]) => {
      for (let e = first; e < first + size; e++) if (random() >= 0.05) give(e)
    }
    plant(everyone(0))
    plant(ofDepartment(department[i]!))
    plant(ofTitle(title[i]!))
    plant(ofLocation(location[i]!))
    plant(ofBoth(department[i]! * locationCount + location[i]!))
    for (let extra = 0; extra < 15; extra++) give(pick(entitlementCount))
    rows.subarray(start, end).sort()
    rowOffset[i + 1] = end
  }
  return {
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e),
    applicationKey: Int32Array.from({ length: 100 }, (_, a) => a),
    entitlementApplication: Int32Array.from({ length: entitlementCount }, (_, e) => e % 100),
    rowOffset,
    rowEntitlement: rows.subarray(0, end),
    identityStatus: new Uint8Array(identityCount),
    identityType: new Uint8Array(identityCount),
    attributes: [
      attribute('department', department),
      attribute('job_title', title),
      attribute('manager', manager),
      attribute('employment_type', employment),
      attribute('location', location),
    ],
  }
}

function attribute(key: string, column: Int32Array) {
  const count = column.reduce((most, value) => Math.max(most, value), 0) + 1
  return { key, column, values: Array.from({ length: count }, (_, value) => `${key} ${value}`) }
}
