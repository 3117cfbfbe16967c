import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** Files of which each language has its own: what people read, and by which language numbers and dates are written. */
const translated = /(^|[/-])texts\.ts$|\/language\.ts$/

/**
 * Takes the texts of another language where there are any: `texts.de.ts` beside `texts.ts`. What has none stays English.
 * A language without any texts is refused: its page would be English and say that it is not.
 * @param language its tag, such as `de`; `en` needs no texts
 */
export function textsInLanguage(language: string): Plugin {
  let isWritten = language === 'en'
  return {
    name: 'texts-in-language',
    enforce: 'pre',
    resolveId(specifier, importer) {
      if (importer === undefined || !translated.test(specifier)) return undefined
      const file = join(dirname(importer), specifier.replace(/\.ts$/, `.${language}.ts`))
      // A translation may build on the English texts.
      if (file === importer || !existsSync(file)) return undefined
      isWritten = true
      return file
    },
    buildEnd(fault) {
      if (fault === undefined && !isWritten)
        this.error(
          `There are no texts in "${language}": write texts.${language}.ts beside a texts.ts (docs/console.md)`,
        )
    },
    transformIndexHtml: (page) => page.replace('<html lang="en">', `<html lang="${language}">`),
  }
}
