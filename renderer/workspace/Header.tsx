import { Menu as MenuIcon, Monitor, Moon, Sun } from 'lucide-react';
import { IconButton } from '../design/Button.tsx';
import { Menu, type MenuEntry } from '../design/Menu.tsx';
import { setTheme, type ThemeChoice, useTheme } from '../design/theme.ts';
import { renameDocument } from '../document/commands.ts';
import { hasUnsavedChanges, useDocumentStore } from '../document/store.ts';
import { setLanguage, useLanguage, useT } from '../i18n/i18n.ts';
import { shell } from '../shell/current.ts';
import { TrainToolbar } from '../training/TrainToolbar.tsx';
import css from './Header.module.css';
import { MainMenu } from './MainMenu.tsx';
import { type Page, showPage, useWorkspace } from './state.ts';

const pages: readonly Exclude<Page, 'gallery'>[] = ['build', 'data', 'models', 'learn'];

export function Header() {
  const t = useT();
  const page = useWorkspace((state) => state.page);
  return (
    <header className={css['header']}>
      <MainMenu
        trigger={
          <button type="button" className={css['menu']} aria-label={t('menu.main')}>
            <MenuIcon size={17} aria-hidden />
          </button>
        }
      />
      {page === 'gallery' ? <span className={css['brand']}>Netwright</span> : <ProjectName />}
      <nav className={css['pages']} aria-label={t('app.pages')}>
        {pages.map((name) => (
          <button
            key={name}
            type="button"
            className={css['page']}
            aria-current={page === name ? 'page' : undefined}
            onClick={() => showPage(name)}
          >
            {t(`app.${name}`)}
          </button>
        ))}
      </nav>
      <div className={css['train']}>{page === 'gallery' ? null : <TrainToolbar />}</div>
      <ThemeMenu />
      <LanguageSwitch />
    </header>
  );
}

function ProjectName() {
  const t = useT();
  const name = useDocumentStore((state) => state.project.name);
  const unsaved = useDocumentStore(hasUnsavedChanges);
  return (
    <div className={css['project']}>
      <input
        key={name}
        className={css['name']}
        style={{ width: `${Math.min(Math.max(breadthOf(name), 5), 26) + 2}ch` }}
        aria-label={t('app.projectName')}
        defaultValue={name}
        spellCheck={false}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') event.currentTarget.value = name;
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
        onBlur={(event) => {
          if (event.currentTarget.value.trim() === '') event.currentTarget.value = name;
          else renameDocument(event.currentTarget.value);
        }}
      />
      <span className={css['unsaved']} role="status" aria-label={unsaved ? t('app.unsaved') : ''}>
        {unsaved ? '•' : ''}
      </span>
    </div>
  );
}

/** In the breadths of a digit: the letters of some scripts are twice as wide. */
const breadthOf = (name: string): number =>
  name.length +
  (name.match(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\u3000-\u303f\uff00-\uff60]/gu)?.length ?? 0);

const themeIcons = { light: Sun, dark: Moon, system: Monitor };

function ThemeMenu() {
  const t = useT();
  const choice = useTheme((state) => state.choice);
  const Icon = themeIcons[choice];
  const entries: readonly MenuEntry[] = [
    {
      kind: 'choice',
      id: 'theme',
      label: t('app.theme'),
      value: choice,
      options: [
        { value: 'light', label: t('app.themeLight') },
        { value: 'dark', label: t('app.themeDark') },
        { value: 'system', label: t('app.themeSystem') },
      ],
      choose: (value) => setTheme(value as ThemeChoice),
    },
  ];
  return (
    <Menu
      entries={entries}
      trigger={
        <button type="button" className={css['menu']} aria-label={t('app.theme')}>
          <Icon size={16} aria-hidden />
        </button>
      }
    />
  );
}

/** One press: the other language. It names the one it goes to, in that language. */
function LanguageSwitch() {
  const t = useT();
  const language = useLanguage();
  const next = language === 'en' ? 'zh' : 'en';
  return (
    <IconButton
      label={t('app.otherLanguage')}
      lang={next === 'zh' ? 'zh-CN' : 'en'}
      className={css['language']}
      onClick={() => {
        setLanguage(next);
        shell.setLanguage(next);
      }}
    >
      {next === 'zh' ? '中文' : 'English'}
    </IconButton>
  );
}
