import { headOf } from '../bytes/head.ts'
import type { Fault } from '../faults.ts'
import type { InputFile, ReadingOptions } from '../input-file.ts'
import type { AccessMap } from '../map/map.ts'
import type { Part } from '../read/part.ts'
import { usersWithPasswords } from '../read/role-lines.ts'
import { type Choice, chooseMaps } from './choose-maps.ts'
import { partsOf } from './parts.ts'

export interface Recognised extends Choice {
  /** Files without rows, with a description. */
  readonly others: readonly { readonly name: string; readonly look: string }[]
}

/** Recognises the contents of the files, and chooses the map for each of their parts. */
export async function recogniseFiles(
  files: readonly InputFile[],
  maps: readonly AccessMap[],
  options: ReadingOptions,
): Promise<Recognised> {
  const parts: Part[] = []
  const others: { name: string; look: string }[] = []
  const faults: Fault[] = []
  const deliveries = new Map<string | InputFile, number>()
  const deliveryOf = new Map<Part, number>()
  for (const file of files) {
    const path = file.folder ?? file
    const delivery = deliveries.get(path) ?? deliveries.size
    deliveries.set(path, delivery)
    const users = await usersBeside(file, files)
    for await (const found of partsOf(file, users === undefined ? options : { ...options, users })) {
      if (found.kind === 'part') {
        parts.push(found.part)
        deliveryOf.set(found.part, delivery)
      } else if (found.kind === 'other') others.push({ name: found.name, look: found.look })
      else faults.push(found.fault)
    }
  }
  const choice = chooseMaps(parts, maps, deliveryOf)
  return { ...choice, others, faults: [...faults, ...choice.faults] }
}

/** The names in the file `users` in the folder of a file `users_roles`, which has roles and users, and names neither. */
async function usersBeside({ name }: InputFile, files: readonly InputFile[]): Promise<ReadonlySet<string> | undefined> {
  const own = /^(.*?)users_roles(\.txt)?$/i.exec(name)
  if (own === null) return undefined
  const [, folder = '', ending = ''] = own
  const beside = files.find((file) => file.name === `${folder}users${ending}`)
  if (beside === undefined) return undefined
  const lines = Buffer.from(await headOf(beside))
    .toString('utf8')
    .split(/\r?\n/)
  return new Set(usersWithPasswords(lines.slice(0, Math.max(1, lines.length - 1))))
}
