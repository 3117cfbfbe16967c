import { Link } from '@tanstack/react-router'
import { PageTitle } from './page-title.tsx'
import { texts } from './texts.ts'

export function NotFound() {
  return (
    <main className="page-alone">
      <PageTitle>{texts.nothingHere}</PageTitle>
      <p>{texts.noScreen}</p>
      <p>
        <Link to="/">{texts.toStart}</Link>
      </p>
    </main>
  )
}
