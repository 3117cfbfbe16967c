// Builds the page of the stories for tests: node src/build/build-stories.ts FOLDER
import { build } from 'vite'
import { storiesConfig } from './stories-config.ts'

// A test run sets another value, and the build would then contain the development version of the library.
process.env.NODE_ENV = 'production'
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Say where the built page goes')
await build(storiesConfig(folder))
