import { Link } from '@tanstack/react-router'
import { PageTitle } from '../../shell/page-title.tsx'
import { prefix } from '../../shell/prefix.ts'
import { useSession } from '../../shell/rights.ts'
import { useSettingsPages } from './settings-nav.tsx'
import { texts } from './texts.ts'

/** The pages of the settings, each with its purpose. */
export function Settings() {
  const pages = useSettingsPages()
  const isBounded = useSession()?.isBounded ?? false
  return (
    <>
      <PageTitle>{texts.title}</PageTitle>
      <ul className="cards">
        {pages.map(({ to, title, means }) => (
          <li key={to} className="card">
            <h2>
              <Link to={to}>{title}</Link>
            </h2>
            <p>{means}</p>
          </li>
        ))}
        {!isBounded && (
          <li className="card">
            <h2>
              <Link to="/data">{texts.sources}</Link>
            </h2>
            <p>{texts.sourcesMeans}</p>
          </li>
        )}
        <li className="card">
          <h2>
            <a href={`${prefix}/docs`}>{texts.api}</a>
          </h2>
          <p>{texts.apiMeans}</p>
        </li>
      </ul>
    </>
  )
}
