import { Link } from '@tanstack/react-router'
import { useSession } from '../../shell/rights.ts'
import { texts } from './texts.ts'

/** From the candidates to a search that begins with access: it is of whole populations, so nobody who sees some people only has it. */
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
