import { Link } from '@tanstack/react-router'
import { texts } from './texts.ts'

/** From the candidates to a search that begins with access. */
export function SearchByAccess() {
  return (
    <p className="row">
      <Link className="button" to="/candidates/search" search={{}}>
        {texts.title}
      </Link>
      <span className="small muted">{texts.means}</span>
    </p>
  )
}
