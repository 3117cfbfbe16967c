import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadMap } from './load-map.ts'
import type { AccessMap } from './map.ts'

const folder = join(import.meta.dirname, '../../maps')
const ending = '.yaml'

let names: readonly string[] | undefined

/** The names of the maps that come with Assay, in the order of `readyMaps`. It does not read the maps. */
export function readyMapNames(): readonly string[] {
  names ??= readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => name.slice(0, -ending.length))
  return names
}

/** The text of a ready map, with its comments. @param name of an existing map */
export function readyMapText(name: string): string {
  return readyMapNames().includes(name) ? readFileSync(join(folder, name + ending), 'utf8') : ''
}

const loaded = new Map<string, AccessMap>()

/** A map that comes with Assay. Reading all of them takes a second of processor time. */
export function readyMap(name: string): AccessMap | undefined {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const text = readyMapText(name)
  if (text === '') return undefined
  const map = loadMap(name + ending, text)
  loaded.set(name, map)
  return map
}

/** The maps that come with Assay, one file each in `libs/sources/maps`, named like the map. */
export function readyMaps(): readonly AccessMap[] {
  return readyMapNames().flatMap((name) => readyMap(name) ?? [])
}
