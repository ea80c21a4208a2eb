//! The rows that `bytes` and `bytearray` share.

/// The shared rows for one of the types, and more of its own. (Rows cannot be concatenated in a
/// constant otherwise.)
macro_rules! byte_rows {
    ($of:ty, $($more:expr),* $(,)?) => {
        &[
            $($more,)*
            method("capitalize()", "Return a copy of B with only its first character capitalized (ASCII) and the rest lower-cased.", |vm, a| {
                convert::mapped::<$of>(vm, a, "capitalize", text::capitalize)
            }),
            method("lower()", "Return a copy of B with all ASCII characters converted to lowercase.", |vm, a| {
                convert::mapped::<$of>(vm, a, "lower", text::lower)
            }),
            method("upper()", "Return a copy of B with all ASCII characters converted to uppercase.", |vm, a| {
                convert::mapped::<$of>(vm, a, "upper", text::upper)
            }),
            method("title()", "Return a titlecased version of B, i.e. ASCII words start with uppercase characters, all remaining cased characters have lowercase.", |vm, a| {
                convert::mapped::<$of>(vm, a, "title", text::title)
            }),
            method("swapcase()", "Return a copy of B with uppercase ASCII characters converted to lowercase ASCII and vice versa.", |vm, a| {
                convert::mapped::<$of>(vm, a, "swapcase", text::swapcase)
            }),
            method("center(width, fillchar=b' ', /)", "Return a centered string of length width.\n\nPadding is done using the specified fill character.", |vm, a| {
                convert::padded::<$of>(vm, a, "center", text::center)
            }),
            method("ljust(width, fillchar=b' ', /)", "Return a left-justified string of length width.\n\nPadding is done using the specified fill character.", |vm, a| {
                convert::padded::<$of>(vm, a, "ljust", text::ljust)
            }),
            method("rjust(width, fillchar=b' ', /)", "Return a right-justified string of length width.\n\nPadding is done using the specified fill character.", |vm, a| {
                convert::padded::<$of>(vm, a, "rjust", text::rjust)
            }),
            method("zfill(width, /)", "Pad a numeric string with zeros on the left, to fill a field of the given width.\n\nThe original string is never truncated.", |vm, a| {
                convert::zfill::<$of>(vm, a)
            }),
            method("expandtabs(tabsize=8)", "Return a copy where all tab characters are expanded using spaces.\n\nIf tabsize is not given, a tab size of 8 characters is assumed.", |vm, a| {
                convert::expandtabs::<$of>(vm, a)
            }),
            method("count(sub, start=None, end=None, /)", "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].", |vm, a| {
                search::count::<$of>(vm, a)
            }),
            method("find(sub, start=None, end=None, /)", "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\nReturn -1 on failure.", |vm, a| {
                search::find::<$of>(vm, a, "find", text::find)
            }),
            method("rfind(sub, start=None, end=None, /)", "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\nReturn -1 on failure.", |vm, a| {
                search::find::<$of>(vm, a, "rfind", text::rfind)
            }),
            method("index(sub, start=None, end=None, /)", "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\nRaise ValueError when the subsection is not found.", |vm, a| {
                search::index::<$of>(vm, a, "index", text::find)
            }),
            method("rindex(sub, start=None, end=None, /)", "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\nRaise ValueError when the subsection is not found.", |vm, a| {
                search::index::<$of>(vm, a, "rindex", text::rfind)
            }),
            method("startswith(prefix, start=None, end=None, /)", "Return True if the bytes starts with the specified prefix, False otherwise.", |vm, a| {
                search::at_edge::<$of>(vm, a, "startswith", text::starts_with)
            }),
            method("endswith(suffix, start=None, end=None, /)", "Return True if the bytes ends with the specified suffix, False otherwise.", |vm, a| {
                search::at_edge::<$of>(vm, a, "endswith", text::ends_with)
            }),
            method("replace(old, new, count=-1, /)", "Return a copy with all occurrences of substring old replaced by new.\n\nIf the optional argument count is given, only the first count occurrences are replaced.", |vm, a| {
                search::replace::<$of>(vm, a)
            }),
            method("partition(sep, /)", "Partition the bytes into three parts using the given separator.", |vm, a| {
                search::partition::<$of>(vm, a, "partition", text::partition, true)
            }),
            method("rpartition(sep, /)", "Partition the bytes into three parts using the given separator, beginning at the end.", |vm, a| {
                search::partition::<$of>(vm, a, "rpartition", text::rpartition, false)
            }),
            method("removeprefix(prefix, /)", "Return a bytes object with the given prefix string removed if present.", |vm, a| {
                search::remove_edge::<$of>(vm, a, "removeprefix", text::remove_prefix)
            }),
            method("removesuffix(suffix, /)", "Return a bytes object with the given suffix string removed if present.", |vm, a| {
                search::remove_edge::<$of>(vm, a, "removesuffix", text::remove_suffix)
            }),
            method("split(sep=None, maxsplit=-1)", "Return a list of the sections in the bytes, using sep as the delimiter.", |vm, a| {
                split::split::<$of>(vm, a)
            }),
            method("rsplit(sep=None, maxsplit=-1)", "Return a list of the sections in the bytes, using sep as the delimiter.\n\nSplitting is done starting at the end of the bytes and working to the front.", |vm, a| {
                split::rsplit::<$of>(vm, a)
            }),
            method("splitlines(keepends=False)", "Return a list of the lines in the bytes, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends is given and true.", |vm, a| {
                split::splitlines::<$of>(vm, a)
            }),
            method("strip(bytes=None, /)", "Strip leading and trailing bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading and trailing ASCII whitespace.", |vm, a| {
                split::strip::<$of>(vm, a, "strip", text::strip, text::strip_set)
            }),
            method("lstrip(bytes=None, /)", "Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading ASCII whitespace.", |vm, a| {
                split::strip::<$of>(vm, a, "lstrip", text::lstrip, text::lstrip_set)
            }),
            method("rstrip(bytes=None, /)", "Strip trailing bytes contained in the argument.\n\nIf the argument is omitted or None, strip trailing ASCII whitespace.", |vm, a| {
                split::strip::<$of>(vm, a, "rstrip", text::rstrip, text::rstrip_set)
            }),
            method("join(iterable_of_bytes, /)", "Concatenate any number of bytes objects.\n\nThe bytes whose method is called is inserted in between each pair.", |vm, a| {
                split::join::<$of>(vm, a)
            }),
            method("decode(encoding='utf-8', errors='strict')", "Decode the bytes using the codec registered for encoding.", |vm, a| {
                convert::decode::<$of>(vm, a)
            }),
            method("hex(sep=<unrepresentable>, bytes_per_sep=1)", "Create a string of hexadecimal numbers from a bytes object.", |vm, a| {
                convert::hex::<$of>(vm, a)
            }),
            method("translate(table, /, delete=b'')", "Return a copy with each character mapped by the given translation table.\n\nAll characters occurring in the optional argument delete are removed.", |vm, a| {
                convert::translate::<$of>(vm, a)
            }),
            method("isalnum()", "Return True if B is alphanumeric, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "isalnum", text::is_alnum)
            }),
            method("isalpha()", "Return True if B is alphabetic, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "isalpha", text::is_alpha)
            }),
            method("isascii()", "Return True if B is ASCII, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "isascii", text::is_ascii)
            }),
            method("isdigit()", "Return True if B is digits, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "isdigit", text::is_digit)
            }),
            method("islower()", "Return True if B is lowercase, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "islower", text::is_lower)
            }),
            method("isspace()", "Return True if B is whitespace, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "isspace", text::is_space)
            }),
            method("istitle()", "Return True if B is titlecased, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "istitle", text::is_title)
            }),
            method("isupper()", "Return True if B is uppercase, False otherwise.", |vm, a| {
                convert::test::<$of>(vm, a, "isupper", text::is_upper)
            }),
            method("__len__()", "Return len(self).", |vm, a| {
                Ok(view::this::<$of>(vm, a, "__len__")?.view().len().into())
            }),
            method("__getitem__(key, /)", "Return self[key].", |vm, a| {
                view::this::<$of>(vm, a, "__getitem__")?;
                vm.get_item(&a[0], &a[1])
            }),
            method(
                "__buffer__(flags, /)",
                "Return a buffer object that exposes the underlying memory of the object.",
                |vm, a| {
                    let class = Value::from(&vm.classes.memoryview);
                    vm.call(&class, std::slice::from_ref(&a[0]))
                }
            ),
            method("__contains__(key, /)", "Return bool(key in self).", |vm, a| {
                view::this::<$of>(vm, a, "__contains__")?;
                vm.contains(&a[0], &a[1]).map(Value::bool)
            }),
            method("__iter__()", "Implement iter(self).", |vm, a| {
                view::this::<$of>(vm, a, "__iter__")?;
                vm.iter(&a[0])
            }),
            method("__repr__()", "Return repr(self).", |vm, a| {
                view::this::<$of>(vm, a, "__repr__")?;
                vm.repr(&a[0]).map(Value::from)
            }),
            method("__str__()", "Return str(self).", |vm, a| {
                view::this::<$of>(vm, a, "__str__")?;
                vm.repr(&a[0]).map(Value::from)
            }),
            method("__add__(value, /)", "Return self+value.", |vm, a| {
                arith::concat::<$of>(vm, view::this(vm, a, "__add__")?, &a[1])
            }),
            method("__mul__(value, /)", "Return self*value.", |vm, a| {
                arith::repeat_row::<$of>(vm, a, "__mul__")
            }),
            method("__rmul__(value, /)", "Return value*self.", |vm, a| {
                arith::repeat_row::<$of>(vm, a, "__rmul__")
            }),
            method("__mod__(value, /)", "Return self%value.", |vm, a| {
                view::this::<$of>(vm, a, "__mod__")?;
                arith::binary_of::<$of>(vm, BinaryOp::Mod, &a[0], &a[1])
            }),
            method("__rmod__(value, /)", "Return value%self.", |vm, a| {
                arith::reflected_mod::<$of>(vm, a)
            }),
            method("__eq__(value, /)", "Return self==value.", |vm, a| {
                view::this::<$of>(vm, a, "__eq__")?;
                arith::compare(vm, CmpOp::Eq, &a[0], &a[1])
            }),
            method("__ne__(value, /)", "Return self!=value.", |vm, a| {
                view::this::<$of>(vm, a, "__ne__")?;
                arith::compare(vm, CmpOp::NotEq, &a[0], &a[1])
            }),
            method("__lt__(value, /)", "Return self<value.", |vm, a| {
                view::this::<$of>(vm, a, "__lt__")?;
                arith::compare(vm, CmpOp::Lt, &a[0], &a[1])
            }),
            method("__le__(value, /)", "Return self<=value.", |vm, a| {
                view::this::<$of>(vm, a, "__le__")?;
                arith::compare(vm, CmpOp::LtE, &a[0], &a[1])
            }),
            method("__gt__(value, /)", "Return self>value.", |vm, a| {
                view::this::<$of>(vm, a, "__gt__")?;
                arith::compare(vm, CmpOp::Gt, &a[0], &a[1])
            }),
            method("__ge__(value, /)", "Return self>=value.", |vm, a| {
                view::this::<$of>(vm, a, "__ge__")?;
                arith::compare(vm, CmpOp::GtE, &a[0], &a[1])
            }),
        ]
    };
}

pub(crate) use byte_rows;
