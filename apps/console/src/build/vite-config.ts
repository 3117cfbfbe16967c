import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'

export const consoleFolder = join(import.meta.dirname, '../..')
export const builtFolder = join(consoleFolder, 'dist')

/** Addresses are relative, because the gateway writes the path prefix into the page. */
export const viteConfig: InlineConfig = {
  configFile: false,
  root: consoleFolder,
  base: './',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: builtFolder,
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a separate file: the policy of the page allows no fonts or styles in data URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The libraries are one file, because every screen needs them.
    chunkSizeWarningLimit: 800,
  },
}
