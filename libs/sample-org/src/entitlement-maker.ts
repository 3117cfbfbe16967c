import { type ApplicationKind, applicationKinds } from './catalogue.ts'
import { itemAt } from './item-at.ts'
import type { Random } from './random.ts'
import type { SampleEntitlement } from './sample-records.ts'

interface Drawn {
  readonly application: ApplicationKind
  readonly resource: string
  readonly level: string
}

/** Makes entitlements with unique ids and names, and numbers them in that order. */
export class EntitlementMaker {
  readonly #random: Random
  readonly #taken = new Set<string>()
  readonly entitlements: SampleEntitlement[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /** Makes a permission in one of the applications, named after `subject`, such as "Sales Forecast Editor". @returns its ordinal */
  permission(subject: string, applicationIds: readonly string[]): number {
    let drawn = this.#draw(applicationIds)
    // Drawing again gives a better name than adding a number.
    for (let left = 8; left > 0 && this.#isTaken(drawn, subject); left--) drawn = this.#draw(applicationIds)
    const { application, resource, level } = drawn
    const random = this.#random
    const privileged = level === 'Admin' || (level === 'Owner' && random.chance(0.3))
    const displayName = this.#unique(application, `${subject} ${resource} ${level}`)
    return this.#add({
      id: idOf(application, displayName),
      applicationId: application.id,
      displayName,
      description: `${level} of ${resource.toLowerCase()} "${subject}" in ${application.displayName}`,
      resourceType: 'permission',
      resource: `${subject} ${resource}`,
      riskLevel: privileged ? 'high' : level === 'Approver' || level === 'Maintainer' ? 'medium' : 'low',
      privileged,
      implies: [],
    })
  }

  /** Makes a directory group whose holders also hold the implied entitlements. @returns its ordinal */
  group(subject: string, implied: readonly number[]): number {
    const directory = kindOf('directory')
    const displayName = this.#unique(directory, `${subject} Group`)
    return this.#add({
      id: idOf(directory, displayName),
      applicationId: directory.id,
      displayName,
      description: `Group of the directory with ${implied.length} nested entitlements`,
      resourceType: 'group',
      resource: displayName,
      riskLevel: 'low',
      privileged: false,
      implies: implied.map((ordinal) => itemAt(this.entitlements, ordinal).id),
    })
  }

  #draw(applicationIds: readonly string[]): Drawn {
    const random = this.#random
    const application = kindOf(random.pick(applicationIds))
    const resource = random.pick(application.resources)
    // High levels are rarer than low ones.
    const rarity = application.levels.map((_, rank) => 1 / (rank + 1))
    const level = itemAt(application.levels, random.weighted(rarity))
    return { application, resource, level }
  }

  #isTaken({ application, resource, level }: Drawn, subject: string): boolean {
    return this.#taken.has(idOf(application, `${subject} ${resource} ${level}`))
  }

  #add(entitlement: SampleEntitlement): number {
    return this.entitlements.push(entitlement) - 1
  }

  #unique(application: ApplicationKind, wanted: string): string {
    let name = wanted
    for (let copy = 2; this.#taken.has(idOf(application, name)); copy++) name = `${wanted} ${copy}`
    this.#taken.add(idOf(application, name))
    return name
  }
}

function kindOf(id: string): ApplicationKind {
  const found = applicationKinds.find((application) => application.id === id)
  if (found === undefined) throw new Error(`the catalogue has no application "${id}"`)
  return found
}

function idOf(application: ApplicationKind, displayName: string): string {
  const slug = displayName
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/gu, '-')
  return `${application.id}:${slug}`
}
