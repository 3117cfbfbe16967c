import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** Files of which each language has its own: what people read, and by which language numbers and dates are written. */
const translated = /(^|[/-])texts\.ts$|\/language\.ts$/

/**
 * Takes the texts of another language where there are any: `texts.de.ts` beside `texts.ts`. What has none stays English.
 * @param language its tag, such as `de`
 */
export function textsInLanguage(language: string): Plugin {
  return {
    name: 'texts-in-language',
    enforce: 'pre',
    resolveId(specifier, importer) {
      if (importer === undefined || !translated.test(specifier)) return undefined
      const file = join(dirname(importer), specifier.replace(/\.ts$/, `.${language}.ts`))
      // A translation may build on the English texts.
      return file !== importer && existsSync(file) ? file : undefined
    },
    transformIndexHtml: (page) => page.replace('<html lang="en">', `<html lang="${language}">`),
  }
}
