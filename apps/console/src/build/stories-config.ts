import { join } from 'node:path'
import type { InlineConfig, Plugin } from 'vite'
import { consoleFolder, viteConfig } from './vite-config.ts'

const realCalls = join(consoleFolder, 'src/shell/calls.ts')
const storyCalls = join(consoleFolder, 'src/stories/story-calls.ts')

/** Replaces the calls to the platform by the answers of stories. */
const callsOfStories: Plugin = {
  name: 'calls-of-stories',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (!source.endsWith('/calls.ts') || importer === undefined || importer === storyCalls) return null
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true })
    return resolved?.id === realCalls ? storyCalls : resolved
  },
}

/** @param folder where the built page goes */
export function storiesConfig(folder: string): InlineConfig {
  return {
    ...viteConfig,
    base: '/',
    plugins: [callsOfStories, ...(viteConfig.plugins ?? [])],
    build: {
      ...viteConfig.build,
      outDir: folder,
      minify: false,
      rolldownOptions: { input: join(consoleFolder, 'stories.html') },
    },
  }
}
