import { createServer } from 'vite'
import { screens } from '../shell/screens.ts'
import { viteConfig } from './vite-config.ts'

/** Where the platform answers; start it with "npm start" first. */
const platform = process.env.ASSAY_URL ?? 'http://127.0.0.1:8080'

const isOurs = (url: string) => /^\/(?:src|node_modules|@|assets)/.test(url) || /^\/(?:[\w-]+\.html)?(?:\?|$)/.test(url)

const server = await createServer({
  ...viteConfig,
  base: '/',
  logLevel: 'info',
  server: {
    port: 5173,
    proxy: {
      '^/': {
        target: platform,
        bypass(request) {
          const url = request.url ?? '/'
          const path = url.split('?')[0] ?? '/'
          const isScreen = screens.some(({ path: screen }) =>
            new RegExp(`^${screen.replaceAll('*', '[^/]+')}/?$`).test(path),
          )
          if (isScreen && request.headers.accept?.includes('text/html')) return '/index.html'
          return isOurs(url) ? url : undefined
        },
      },
    },
  },
})
await server.listen()
server.printUrls()
console.info(`Calls go to ${platform}. Open a sign-in link with this address in place of the platform's.`)
