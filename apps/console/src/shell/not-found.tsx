import { Link } from '@tanstack/react-router'
import { PageTitle } from './page-title.tsx'

export function NotFound() {
  return (
    <main className="page-alone">
      <PageTitle>Nothing is here</PageTitle>
      <p>This address belongs to no screen. Perhaps it was cut off when it was copied.</p>
      <p>
        <Link to="/">Go to Start</Link>
      </p>
    </main>
  )
}
