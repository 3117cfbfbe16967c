import '@fontsource-variable/source-sans-3/wght.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/kit.css'
import '../styles/shell.css'
import '../styles/candidates.css'
import '../styles/data.css'
import '../styles/role-model.css'
import '../styles/matrix.css'
import '../styles/reviews.css'
import { TransportProvider } from '@connectrpc/connect-query'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { queryClient, transport } from '../shell/calls.ts'
import { router } from '../shell/router.tsx'
import { sessionState } from '../shell/session.ts'
import { ToastRegion } from '../shell/toast.tsx'
import { answerWith } from './answers.ts'
import type { Stories, Story } from './story.ts'

const files = import.meta.glob<{ stories: Stories }>('../**/*.stories.tsx', { eager: true })
const stories: ReadonlyMap<string, Story> = new Map(
  Object.entries(files).flatMap(([file, { stories: named }]) =>
    Object.entries(named).map(([name, story]) => [`${titleOf(file)}: ${name}`, story] as const),
  ),
)

/** For the test, which opens each story: the name of a story is the fragment (#) of the address. */
Object.assign(globalThis, {
  assayStories: Array.from(stories, ([name, { path = '/stories', ready }]) => ({
    name,
    address: `${path}#${encodeURIComponent(name)}`,
    ready,
  })),
})

const name = decodeURIComponent(location.hash.slice(1))
const story = stories.get(name)
const place = document.getElementById('root')
if (place === null) throw new Error('The page has no place for stories')
createRoot(place).render(story === undefined ? <Contents /> : <Shown story={story} />)

function titleOf(file: string): string {
  return /([^/]+)\.stories\.tsx$/.exec(file)?.[1] ?? file
}

function Shown({ story: { path, show, answers = [], rights, isBounded = false } }: { readonly story: Story }) {
  answerWith(answers)
  const all = ['read', 'mine', 'decide', 'administer'] as const
  const session = {
    userId: 'ada',
    isBounded,
    displayName: 'Ada',
    role: 'admin',
    tenant: 'local',
    rights: rights ?? all,
  }
  sessionState.set({ kind: 'signed-in', session })
  return (
    <TransportProvider transport={transport}>
      <QueryClientProvider client={queryClient}>
        {path === undefined ? <RouterProvider router={alone(show)} /> : <RouterProvider router={router} />}
      </QueryClientProvider>
    </TransportProvider>
  )
}

/** Shows a part inside a router, because parts contain links to screens. */
function alone(show: Story['show']) {
  const routeTree = createRootRoute({
    component: () => (
      <main className="shell-main stack">
        <h1>{name}</h1>
        {show?.()}
        <ToastRegion />
      </main>
    ),
  })
  return createRouter({ routeTree, history: createMemoryHistory() }) as unknown as typeof router
}

function Contents() {
  return (
    <main className="shell-main">
      <h1>Stories</h1>
      <ul className="stack">
        {Array.from(stories, ([each, { path = '/stories' }]) => (
          <li key={each}>
            <a href={`${path}#${encodeURIComponent(each)}`}>{each}</a>
          </li>
        ))}
      </ul>
    </main>
  )
}
