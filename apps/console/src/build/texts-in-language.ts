import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** Files that each language has: the texts of the screens, and the language that formats numbers and dates. */
const translated = /(^|[/-])texts\.ts$|\/language\.ts$/

/**
 * Uses the texts of another language if they exist: `texts.de.ts` beside `texts.ts`. Screens without such a file stay English.
 * A language without any texts is refused, because its page would declare that language and be in English.
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
