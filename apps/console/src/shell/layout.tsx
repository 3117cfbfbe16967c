import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Banners } from './banners.tsx'
import { queryClient } from './calls.ts'
import type { Command } from './command.ts'
import { DropAnywhere } from './drop-anywhere.tsx'
import { useKeptFocus } from './kept-focus.ts'
import { navigationOf } from './navigation.ts'
import { usePageKeys } from './page-keys.ts'
import { Palette } from './palette.tsx'
import { preferences } from './preferences.ts'
import { useSession } from './rights.ts'
import { signOut } from './session.ts'
import { useStore } from './store.ts'
import { texts } from './texts.ts'
import { showToast, ToastRegion, undoLast } from './toast.tsx'

/** The parts around every screen: navigation, banners, commands, the toast of the last action. */
export function Layout() {
  const navigate = useNavigate()
  const chosen = useStore(preferences)
  const session = useSession()
  const navigation = useMemo(() => navigationOf(session?.isBounded ?? false), [session])
  const [isPaletteOpen, openPalette] = useState(false)
  const [isMenuOpen, openMenu] = useState(false)
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: ({ location }) => location.pathname })

  // The focused element of the previous screen no longer exists; a screen may move the focus again afterwards.
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current && path) main.current?.focus({ preventScroll: true })
    isFirst.current = false
    openMenu(false)
  }, [path])

  const commands = useMemo<readonly Command[]>(
    () => [
      ...navigation.map(({ to, title }) => ({ id: to, title: texts.goTo(title), run: () => void navigate({ to }) })),
      { id: 'keys', title: texts.showKeys, keys: '?', run: () => void navigate({ to: '/keys' }) },
      { id: 'undo', title: texts.undoLast, keys: 'u', run: () => void undoLast() },
      ...(['light', 'dark', 'system'] as const).map((theme) => ({
        id: `theme-${theme}`,
        title: theme === 'system' ? texts.systemColours : texts.colours(theme),
        run: () => preferences.set({ ...preferences.get(), theme }),
      })),
      ...(['comfortable', 'dense'] as const).map((density) => ({
        id: `density-${density}`,
        title: texts.rows(density),
        run: () => preferences.set({ ...preferences.get(), density }),
      })),
      { id: 'sign-out', title: texts.signOut, run: leave },
    ],
    [navigate, navigation],
  )
  const actions = useMemo(
    () => ({
      'Ctrl k': () => openPalette(true),
      '?': () => void navigate({ to: '/keys' }),
      '/': () => document.querySelector<HTMLInputElement>('input[type="search"]')?.focus(),
      u: () => void undoLast(),
    }),
    [navigate],
  )
  usePageKeys(actions)
  /** Closes the menu of a phone, also for the screen that is shown already; the menu hides the link that has the focus. */
  const closeMenu = () => {
    if (!isMenuOpen) return
    openMenu(false)
    main.current?.focus({ preventScroll: true })
  }
  useKeptFocus(main)

  return (
    <div className="shell">
      <a className="button skip" href="#main">
        {texts.toContent}
      </a>
      <div className="shell-top">
        <Banners />
      </div>
      <nav className="shell-nav" aria-label={texts.screens}>
        <Link className="shell-brand" to="/">
          {texts.product}
        </Link>
        <button
          type="button"
          className="shell-link shell-menu"
          aria-expanded={isMenuOpen}
          aria-controls="screens"
          onClick={() => openMenu(!isMenuOpen)}
        >
          {texts.menu}
        </button>
        <div className="shell-links" id="screens" data-open={isMenuOpen ? '' : undefined}>
          {navigation.map(({ to, title }) => (
            <Link key={to} className="shell-link" to={to} activeOptions={{ exact: to === '/' }} onClick={closeMenu}>
              {title}
            </Link>
          ))}
          <span className="shell-space" />
          <button type="button" className="shell-link" onClick={() => openPalette(true)}>
            {texts.commands}
          </button>
          <Link className="shell-link" to="/keys" onClick={closeMenu}>
            {texts.keys}
          </Link>
          <button
            type="button"
            className="shell-link"
            onClick={() => preferences.set({ ...chosen, theme: nextTheme(chosen.theme) })}
          >
            {texts.colours(chosen.theme)}
          </button>
          <button
            type="button"
            className="shell-link"
            onClick={() =>
              preferences.set({ ...chosen, density: chosen.density === 'dense' ? 'comfortable' : 'dense' })
            }
          >
            {texts.rows(chosen.density)}
          </button>
          {session !== undefined && (
            <span className="small muted shell-who" title={texts.whoIsSignedIn}>
              <bdi>{session.displayName}</bdi>
            </span>
          )}
          <button type="button" className="shell-link" onClick={leave}>
            {texts.signOut}
          </button>
        </div>
      </nav>
      <main className="shell-main" id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
      <DropAnywhere />
      <ToastRegion />
      <Palette commands={commands} isOpen={isPaletteOpen} onClose={() => openPalette(false)} />
    </div>
  )
}

/** Signs out and clears the query cache, so that the next user of this page sees no data of this one. */
function leave(): void {
  signOut().then(
    () => queryClient.clear(),
    () => showToast(texts.stillSignedIn),
  )
}

function nextTheme(theme: 'system' | 'light' | 'dark') {
  return theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system'
}
