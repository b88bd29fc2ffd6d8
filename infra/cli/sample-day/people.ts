import type { Random } from "./random.ts";

/** A buyer of the sample shop. Addresses end in example.com; nobody is meant. */
export interface Person {
  externalId: string;
  /** A number that platforms use for the same person. */
  number: number;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  locale: "uk" | "ru" | "en";
  city: string;
  country: string;
  acceptsMarketing: boolean;
}

const NAMES = {
  uk: [
    ["Олена", "Коваль", "olena.koval"],
    ["Тарас", "Бондар", "taras.bondar"],
    ["Марія", "Шевчук", "mariia.shevchuk"],
    ["Андрій", "Мельник", "andrii.melnyk"],
    ["Ірина", "Ткач", "iryna.tkach"],
    ["Юрій", "Гончар", "yurii.honchar"],
    ["Оксана", "Лисенко", "oksana.lysenko"],
    ["Богдан", "Кравець", "bohdan.kravets"],
    ["Софія", "Поліщук", "sofiia.polishchuk"],
    ["Назар", "Сидоренко", "nazar.sydorenko"],
    ["Катерина", "Мороз", "kateryna.moroz"],
    ["Дмитро", "Савчук", "dmytro.savchuk"],
  ],
  ru: [
    ["Анна", "Лебедева", "anna.lebedeva"],
    ["Сергей", "Волков", "sergei.volkov"],
    ["Наталья", "Орлова", "natalia.orlova"],
    ["Виктор", "Зайцев", "viktor.zaitsev"],
    ["Елена", "Соколова", "elena.sokolova"],
    ["Павел", "Титов", "pavel.titov"],
    ["Светлана", "Ильина", "svetlana.ilina"],
    ["Михаил", "Громов", "mikhail.gromov"],
  ],
  en: [
    ["Emma", "Carter", "emma.carter"],
    ["Liam", "Hughes", "liam.hughes"],
    ["Clara", "Weber", "clara.weber"],
    ["Jonas", "Fischer", "jonas.fischer"],
    ["Alice", "Morgan", "alice.morgan"],
    ["Oscar", "Lind", "oscar.lind"],
    ["Nora", "Walsh", "nora.walsh"],
    ["Hugo", "Martin", "hugo.martin"],
  ],
} as const;

const CITIES = {
  uk: ["Київ", "Львів", "Одеса", "Харків", "Дніпро"],
  ru: ["Одесса", "Харьков", "Запорожье", "Днепр"],
  en: ["Berlin", "Warsaw", "Vienna", "Dublin"],
} as const;

const LOCALES = ["uk", "ru", "en"] as const;

/** National numbers as people type them, international ones with and without signs. */
function phoneOf(random: Random, locale: Person["locale"]): string {
  if (locale === "en") return `+49 30 901820${random.between(10, 99)}`;
  const code = random.pick(["067", "050", "063", "093", "097"]);
  const [a, b, c] = [random.digits(3), random.digits(2), random.digits(2)];
  return random.pick([`${code} ${a} ${b} ${c}`, `+38${code}${a}${b}${c}`, `(${code}) ${a}-${b}-${c}`]);
}

/** Everyone who will buy today. */
export function people(random: Random): Person[] {
  return LOCALES.flatMap((locale) =>
    NAMES[locale].map(
      ([firstName, lastName, mailbox], index): Person => ({
        externalId: `${locale}-${index + 1}`,
        number: LOCALES.indexOf(locale) * 100 + index + 1,
        firstName,
        lastName,
        email: `${mailbox}@example.com`,
        phone: phoneOf(random, locale),
        locale,
        city: random.pick(CITIES[locale]),
        country: locale === "en" ? "DE" : "UA",
        acceptsMarketing: random.next() < 0.4,
      }),
    ),
  );
}
