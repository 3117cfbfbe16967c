import { Link } from '@tanstack/react-router'
import { useMayForEverybody, useSession } from '../../shell/rights.ts'
import { texts } from './texts.ts'

/** The pages of the settings, above each of them. */
const settingsPages = [
  { to: '/settings/analysis', title: texts.mining, means: texts.miningMeans },
  { to: '/settings/policies', title: texts.policies, means: texts.policiesMeans },
  { to: '/settings/schedules', title: texts.schedules, means: texts.schedulesMeans, isOfEverybody: true },
  { to: '/settings/webhooks', title: texts.webhooks, means: texts.webhooksMeans, isOfEverybody: true },
  { to: '/settings/people', title: texts.people, means: texts.peopleMeans, right: 'administer' },
  { to: '/settings/clients', title: texts.clients, means: texts.clientsMeans, right: 'administer' },
] as const

/** The pages that the user may see. */
export function useSettingsPages() {
  const mayAdminister = useMayForEverybody('administer')
  const isBounded = useSession()?.isBounded ?? false
  return settingsPages.filter((page) => ('right' in page ? mayAdminister : !('isOfEverybody' in page) || !isBounded))
}

export function SettingsNav() {
  return (
    <nav className="tabs" aria-label={texts.pages}>
      {useSettingsPages().map(({ to, title }) => (
        <Link key={to} className="tab" to={to}>
          {title}
        </Link>
      ))}
    </nav>
  )
}
