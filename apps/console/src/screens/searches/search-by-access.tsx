import { Link } from '@tanstack/react-router'
import { useSession } from '../../shell/rights.ts'
import { texts } from './texts.ts'

/** The link from the candidates to a search by access. A search uses whole populations, so a bounded reader does not have it. */
export function SearchByAccess() {
  if (useSession()?.isBounded === true) return null
  return (
    <p className="row">
      <Link className="button" to="/candidates/search" search={{}}>
        {texts.title}
      </Link>
      <span className="small muted">{texts.means}</span>
    </p>
  )
}
