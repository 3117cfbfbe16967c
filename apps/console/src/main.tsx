import '@fontsource-variable/source-sans-3/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/kit.css'
import './styles/shell.css'
import './styles/candidates.css'
import './styles/data.css'
import './styles/matrix.css'
import './styles/reviews.css'
import { TransportProvider } from '@connectrpc/connect-query'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient, transport } from './shell/calls.ts'
import { router } from './shell/router.tsx'

const place = document.getElementById('root')
if (place === null) throw new Error('The page has no place for the console')
createRoot(place).render(
  <StrictMode>
    <TransportProvider transport={transport}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </TransportProvider>
  </StrictMode>,
)
