import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadMap } from './load-map.ts'
import type { AccessMap } from './map.ts'

const folder = join(import.meta.dirname, '../../maps')

/** The text of a ready map, comments included. @param name of one that there is */
export function readyMapText(name: string): string {
  const map = readyMaps().find((one) => one.name === name)
  return map === undefined ? '' : readFileSync(join(folder, map.file), 'utf8')
}

let loaded: readonly AccessMap[] | undefined

/** The maps that come with Assay, one file each in `libs/sources/maps`. */
export function readyMaps(): readonly AccessMap[] {
  loaded ??= readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => loadMap(name, readFileSync(join(folder, name), 'utf8')))
  return loaded
}
