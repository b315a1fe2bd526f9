"""Where simulated people live and what they are called there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A country as the visitor list shows it, with names that are common in it.

    ``cities`` are pairs of state and city; ``zone`` is spelled as the vendor does (``GMT +08:00``); ``phone``
    is a number pattern in which ``#`` stands for a digit; ``share`` weighs how many visitors come from it.
    """

    country: str
    share: int
    zone: str
    language: str
    phone: str
    cities: tuple[tuple[str, str], ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


def _place(
    country: str, share: int, zone: str, language: str, phone: str, cities: str, given: str, family: str
) -> Place:
    pairs = tuple((state, city) for state, _, city in (item.partition("/") for item in cities.split(", ")))
    return Place(
        country,
        share,
        f"GMT {zone}",
        language,
        phone,
        pairs,
        tuple(given.split(", ")),
        tuple(family.split(", ")),
    )


PLACES: tuple[Place, ...] = (
    _place(
        "United States",
        22,
        "-05:00",
        "en-US",
        "+1 212 555 01##",
        "New York/New York, Massachusetts/Boston, Georgia/Atlanta, Ohio/Columbus, Florida/Miami",
        "Olivia, James, Emma, Michael, Sophia, David, Ava, Daniel, Grace, Ethan",
        "Johnson, Williams, Brown, Davis, Miller, Wilson, Carter, Reed, Brooks, Hayes",
    ),
    _place(
        "United States",
        10,
        "-08:00",
        "en-US",
        "+1 415 555 01##",
        "California/San Francisco, California/San Diego, Washington/Seattle, Oregon/Portland",
        "Mia, Noah, Chloe, Lucas, Zoe, Mason, Hannah, Logan",
        "Nguyen, Garcia, Kim, Martinez, Clark, Lewis, Walker, Young",
    ),
    _place(
        "Canada",
        8,
        "-05:00",
        "en-CA",
        "+1 416 555 01##",
        "Ontario/Toronto, Ontario/Ottawa, Quebec/Montreal",
        "Charlotte, Liam, Amelia, Owen, Maya, Nathan",
        "Tremblay, MacDonald, Singh, Roy, Campbell, Leblanc",
    ),
    _place(
        "Brazil",
        6,
        "-03:00",
        "pt-BR",
        "+55 11 5550-01##",
        "São Paulo/São Paulo, Rio de Janeiro/Rio de Janeiro, Paraná/Curitiba",
        "Ana, João, Beatriz, Pedro, Larissa, Rafael",
        "Silva, Souza, Oliveira, Lima, Araújo, Gonçalves",
    ),
    _place(
        "Mexico",
        4,
        "-06:00",
        "es-MX",
        "+52 55 5550 01##",
        "Ciudad de México/Mexico City, Jalisco/Guadalajara, Nuevo León/Monterrey",
        "Sofía, Diego, Valeria, Mateo, Camila, Andrés",
        "Hernández, López, Ramírez, Torres, Ortega, Núñez",
    ),
    _place(
        "United Kingdom",
        10,
        "+00:00",
        "en-GB",
        "+44 20 7946 0###",
        "England/London, England/Manchester, Scotland/Edinburgh, Wales/Cardiff",
        "Isla, Oliver, Freya, Harry, Poppy, Callum, Imogen, Rhys",
        "Smith, Taylor, Evans, O'Brien, Hughes, Murray, Bennett, Ellis",
    ),
    _place(
        "Germany",
        8,
        "+01:00",
        "de-DE",
        "+49 30 23125 ###",
        "Berlin/Berlin, Bayern/München, Hamburg/Hamburg, Sachsen/Leipzig",
        "Lena, Jonas, Marie, Felix, Anke, Jürgen, Sabine, Lukas",
        "Müller, Schmidt, Weber, Becker, Schäfer, Vogel, Krüger, Weiß",
    ),
    _place(
        "France",
        6,
        "+01:00",
        "fr-FR",
        "+33 1 99 00 0# ##",
        "Île-de-France/Paris, Auvergne-Rhône-Alpes/Lyon, Occitanie/Toulouse",
        "Camille, Hugo, Élodie, Louis, Inès, Théo",
        "Martin, Dubois, Lefèvre, Moreau, Girard, Fontaine",
    ),
    _place(
        "Poland",
        3,
        "+01:00",
        "pl-PL",
        "+48 22 555 01 ##",
        "Mazowieckie/Warszawa, Małopolskie/Kraków, Dolnośląskie/Wrocław",
        "Zofia, Jakub, Agnieszka, Tomasz, Małgorzata, Paweł",
        "Kowalski, Nowak, Wiśniewska, Zieliński, Dąbrowska, Wójcik",
    ),
    _place(
        "Israel",
        2,
        "+02:00",
        "he-IL",
        "+972 3 555 01##",
        "Tel Aviv/Tel Aviv, Haifa/Haifa",
        "Noa, Avi, Yael, Eitan",
        "Cohen, Levi, Mizrahi, Friedman",
    ),
    _place(
        "South Africa",
        3,
        "+02:00",
        "en-ZA",
        "+27 11 555 01##",
        "Gauteng/Johannesburg, Western Cape/Cape Town",
        "Thandi, Sipho, Lerato, Pieter",
        "Dlamini, Botha, Nkosi, van der Merwe",
    ),
    _place(
        "United Arab Emirates",
        3,
        "+04:00",
        "ar-AE",
        "+971 4 555 01##",
        "Dubai/Dubai, Abu Dhabi/Abu Dhabi",
        "Fatima, Omar, Layla, Khalid",
        "Al Mansoori, Haddad, Rahman, Al Suwaidi",
    ),
    _place(
        "India",
        9,
        "+05:30",
        "en-IN",
        "+91 22 5550 01##",
        "Maharashtra/Mumbai, Karnataka/Bengaluru, Delhi/New Delhi, Tamil Nadu/Chennai",
        "Priya, Arjun, Ananya, Rohan, Kavita, Vikram, Meera, Sanjay",
        "Sharma, Patel, Reddy, Iyer, Gupta, Nair, Das, Khan",
    ),
    _place(
        "Singapore",
        3,
        "+08:00",
        "en-SG",
        "+65 6550 01##",
        "Singapore/Singapore",
        "Wei Ling, Jun Wei, Hui Min, Darren",
        "Tan, Lim, Lee, Ng",
    ),
    _place(
        "China",
        6,
        "+08:00",
        "zh-CN",
        "+86 571 5550 01##",
        "Zhejiang/Hangzhou, Shanghai/Shanghai, Guangdong/Shenzhen",
        "Li, Wei, Fang, Jing, Lei, Xiu",
        "Wang, Zhang, Liu, Chen, Yang, Zhao",
    ),
    _place(
        "Japan",
        5,
        "+09:00",
        "ja-JP",
        "+81 3 5550 01##",
        "Tokyo/Tokyo, Osaka/Osaka, Fukuoka/Fukuoka",
        "Yuki, Haruto, Sakura, Kenji, Aiko, Ren",
        "Sato, Suzuki, Takahashi, Tanaka, Ito, Kobayashi",
    ),
    _place(
        "Australia",
        6,
        "+10:00",
        "en-AU",
        "+61 2 5550 01##",
        "New South Wales/Sydney, Victoria/Melbourne, Queensland/Brisbane",
        "Matilda, Jack, Ruby, Angus, Evie, Lachlan",
        "Kelly, Harris, Thompson, Ryan, Fraser, Mitchell",
    ),
)
