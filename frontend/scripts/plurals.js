// Words of the character counter; English ones are built in.
const UKRAINIAN = {
  i18n: {
    charactersUnderLimit: {
      one: 'Залишився %{count} символ',
      few: 'Залишилося %{count} символи',
      many: 'Залишилося %{count} символів',
      other: 'Залишилося %{count} символу'
    },
    charactersAtLimit: 'Більше символів не вміститься',
    charactersOverLimit: {
      one: 'Зайвий %{count} символ',
      few: 'Зайві %{count} символи',
      many: 'Зайвих %{count} символів',
      other: 'Зайвих %{count} символу'
    },
    textareaDescription: { other: 'Щонайбільше %{count} символів' }
  }
}

export const plurals = language => (language === 'uk' ? UKRAINIAN : {})
