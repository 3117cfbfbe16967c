import { createServer } from 'vite'
import { storiesConfig } from './stories-config.ts'
import { builtFolder } from './vite-config.ts'

const server = await createServer({
  ...storiesConfig(builtFolder),
  logLevel: 'info',
  plugins: [
    {
      name: 'stories-for-every-address',
      configureServer({ middlewares }) {
        middlewares.use((request, _, next) => {
          if (request.headers.accept?.includes('text/html')) request.url = '/stories.html'
          next()
        })
      },
    },
    ...(storiesConfig(builtFolder).plugins ?? []),
  ],
  server: { port: 5174 },
})
await server.listen()
server.printUrls()
