import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * The contents of the style elements that React Aria adds to a page, read from the installed version. The page's policy
 * allows each by its hash, and no other style element works. @throws Error when they are no longer at the expected place in the library
 */
export function libraryStyles(): readonly string[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('react-aria/package.json')), 'dist/private')
  return ['interactions/usePress.mjs', 'overlays/usePreventScroll.mjs'].map((name) => {
    const source = readFileSync(join(folder, name), 'utf8')
    const style = /style\.textContent = `([^`]*)`\.trim\(\)/.exec(source)?.[1]
    if (style === undefined) throw new Error(`react-aria's ${name} has another style than it had; look at it again`)
    return style.replace(/\$\{([$\w]+)\}/g, (_, variable: string) => constant(source, variable)).trim()
  })
}

function constant(source: string, variable: string): string {
  const value = new RegExp(`const ${RegExp.escape(variable)} = '([^']*)'`).exec(source)?.[1]
  if (value === undefined) throw new Error(`react-aria's ${variable} is no text any more; look at its styles again`)
  return value
}
